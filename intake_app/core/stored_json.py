"""Values that are stored as JSON objects: read, and written again byte for byte.

A dataclass that extends `StoredValue` says what an object holds. A key is called like its field,
unless the field is `named` otherwise. Nothing of what was read is lost or added: a key that a later
version wrote is carried along, one that an earlier version did not write stays away, and all keep
their order.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from types import NoneType, UnionType
from typing import Any, NamedTuple, Self, TypeAlias, get_args, get_origin, get_type_hints

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""What `json.loads` returns."""

JsonObject: TypeAlias = dict[str, "Json"]
"""A JSON object as `json.loads` returns it."""

FieldValue: TypeAlias = Any
"""What a field holds: the class says of which type it is."""

TypeHint: TypeAlias = Any
"""A class, or what `typing` and `|` make of several; of more than one: any JSON value."""

ANY_JSON = {"Json": Any, "JsonValue": Any}
"""The names in type hints that stand for any JSON value: here, and of a client's answers."""


class MalformedValue(ValueError):
    """A stored object lacks a key, or holds something of another kind under it."""


def named(key: str) -> Mapping[str, str]:
    """Metadata of a field that is stored under this key."""
    return {"key": key}


def omitted(key: str = "") -> Mapping[str, str]:
    """Metadata of a field that is not written while it has its default. key: see `named`."""
    return {"key": key, "omitted": "yes"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How an object was stored: its keys in their order, and what no field holds."""

    keys: tuple[str, ...]
    unknown: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredValue:
    """A value that is stored as a JSON object. layout: None for one that was never stored."""

    layout: Layout | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        """Read what `to_json` wrote. Raises MalformedValue."""
        if not isinstance(stored, dict):
            raise MalformedValue(f"{cls.__name__} is no object")
        parts = _parts(cls)
        missing = [key for key, part in parts.items() if part.required and key not in stored]
        if missing:
            raise MalformedValue(f"{cls.__name__} without {', '.join(missing)}")
        values = {part.name: part.read(stored[key]) for key, part in parts.items() if key in stored}
        unknown = {key: value for key, value in stored.items() if key not in parts}
        return cls(layout=Layout(tuple(stored), unknown), **values)

    def to_json(self) -> JsonObject:
        """As it was read, of JSON's own types; a new value with its keys in the fields' order."""
        parts = _parts(type(self))
        if self.layout is None:
            return {
                key: part.write(part.of(self))
                for key, part in parts.items()
                if not part.omitted or part.is_set(self)
            }
        keys = dict.fromkeys(self.layout.keys)
        keys |= dict.fromkeys(key for key, part in parts.items() if part.is_set(self))
        unknown = self.layout.unknown
        return {
            key: unknown[key] if key in unknown else parts[key].write(parts[key].of(self))
            for key in keys
        }


class _Notation(NamedTuple):
    """How values of a type stand in JSON."""

    read: Callable[[Json], FieldValue]
    write: Callable[[FieldValue], Json]


@dataclass(frozen=True, slots=True)
class _Part:
    """One field of a stored value."""

    name: str
    read: Callable[[Json], FieldValue]
    write: Callable[[FieldValue], Json]
    field: Field[FieldValue]

    @property
    def required(self) -> bool:
        return self.field.default is MISSING and self.field.default_factory is MISSING

    @property
    def omitted(self) -> bool:
        return "omitted" in self.field.metadata

    def of(self, value: StoredValue) -> FieldValue:
        """What this value holds here."""
        return getattr(value, self.name)

    def is_set(self, value: StoredValue) -> bool:
        """Whether this value holds something else than the default here."""
        if self.required:
            return True
        if self.field.default_factory is not MISSING:
            return bool(self.of(value) != self.field.default_factory())
        return bool(self.of(value) != self.field.default)


_PARTS: dict[type[StoredValue], dict[str, _Part]] = {}
"""What `_parts` found, by class: type hints take long to read."""


def _parts(kind: type[StoredValue]) -> dict[str, _Part]:
    """The fields of a class by the key each is stored under."""
    if kind not in _PARTS:
        _PARTS[kind] = _read_parts(kind)
    return _PARTS[kind]


def _read_parts(kind: type[StoredValue]) -> dict[str, _Part]:
    hints = get_type_hints(kind, localns=ANY_JSON)
    parts = {}
    for each in fields(kind):
        if each.name == "layout":
            continue
        read, write = _notation(hints[each.name])
        key = each.metadata.get("key") or each.name
        parts[key] = _Part(each.name, read, write, each)
    return parts


def _notation(hint: TypeHint) -> _Notation:
    """How a value with this type hint is read and written."""
    origin: TypeHint = get_origin(hint)
    if hint is Any or origin is dict:
        return _Notation(_as_it_is, _as_it_is)
    if origin is UnionType:
        kinds = [each for each in get_args(hint) if each is not NoneType]
        return _optional(kinds[0]) if len(kinds) == 1 else _Notation(_as_it_is, _as_it_is)
    if origin is tuple:
        return _row(_notation(get_args(hint)[0]))
    if origin is not None:
        return _mapping(_notation(get_args(hint)[1]))
    if issubclass(hint, StoredValue):
        return _Notation(hint.from_json, hint.to_json)
    return _fixed_row(hint) if issubclass(hint, tuple) else _plain(hint)


def _as_it_is(value: FieldValue) -> FieldValue:
    return value


def _plain(kind: type) -> _Notation:
    """Text, a number or a yes or no. A whole number may stand for any number, and stays whole."""
    kinds = (int, float) if kind is float else (kind,)

    def read(value: Json) -> Json:
        if type(value) not in kinds:
            raise MalformedValue(f"{type(value).__name__} in place of {kind.__name__}")
        return value

    return _Notation(read, _as_it_is)


def _optional(kind: TypeHint) -> _Notation:
    """Something of this kind, or null."""
    inner = _notation(kind)
    return _Notation(
        lambda value: None if value is None else inner.read(value),
        lambda value: None if value is None else inner.write(value),
    )


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise MalformedValue(f"{type(value).__name__} in place of a list")
    return value


def _row(inner: _Notation) -> _Notation:
    """A list of any length, all of one kind."""
    return _Notation(
        lambda value: tuple(map(inner.read, _list(value))),
        lambda value: list(map(inner.write, value)),
    )


def _fixed_row(kind: TypeHint) -> _Notation:
    """A list of known length, each place with a name and a type of its own."""
    notations = [_notation(hint) for hint in get_type_hints(kind).values()]

    def read(value: Json) -> FieldValue:
        places = _list(value)
        if len(places) != len(notations):
            raise MalformedValue(f"{len(places)} places in a {kind.__name__}")
        return kind(
            *(notation.read(place) for notation, place in zip(notations, places, strict=True))
        )

    return _Notation(
        read,
        lambda value: [
            notation.write(place) for notation, place in zip(notations, value, strict=True)
        ],
    )


def _mapping(inner: _Notation) -> _Notation:
    """An object whose keys are data."""

    def read(value: Json) -> FieldValue:
        if not isinstance(value, dict):
            raise MalformedValue(f"{type(value).__name__} in place of an object")
        return {key: inner.read(each) for key, each in value.items()}

    return _Notation(read, lambda value: {key: inner.write(each) for key, each in value.items()})

"""Reading a definition strictly: known keys, values of their type, a fault is one sentence."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import NoReturn, TypeAlias, TypeVar

TomlValue: TypeAlias = (
    str | int | float | bool | datetime | date | time | list["TomlValue"] | dict[str, "TomlValue"]
)
Value = TypeVar("Value", bound=TomlValue)

Table: TypeAlias = dict[str, TomlValue]
"""A table of a TOML file that nobody checked yet."""


class DefinitionError(ValueError):
    """A definition that cannot be used.

    The message names the file, the place in it, and what is wrong.
    """


class StrictTable:
    """One TOML table being read. Each key is taken once; `close` refuses whatever nobody took."""

    def __init__(self, data: Mapping[str, TomlValue], file: str, place: str = "") -> None:
        self.file = file
        self.place = place
        self._left = dict(data)

    def at(self, place: str) -> "StrictTable":
        """The same table, with a better name for its faults."""
        self.place = place
        return self

    def fail(self, sentence: str) -> NoReturn:
        """Raise DefinitionError: file: place: sentence."""
        raise DefinitionError(": ".join(part for part in (self.file, self.place, sentence) if part))

    def string(self, key: str, default: str | None = None, *, blank: bool = False) -> str:
        """A text, not blank unless that is allowed. Without a default the key must be there."""
        if default is not None and key not in self._left:
            return default
        value = self._take(key, str, "a text")
        if not blank and not value.strip():
            self.fail(f"“{key}” is empty; leave it out or write something.")
        return value

    def flag(self, key: str, default: bool | None = False) -> bool:
        """true or false. With default=None the key must be there."""
        if default is not None and key not in self._left:
            return default
        return self._take(key, bool, "true or false")

    def number(self, key: str, default: int | None) -> int | None:
        """A whole number, or the default when the key is absent."""
        return self._take(key, int, "a whole number") if key in self._left else default

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of texts without repeats; () when the key is absent."""
        if key not in self._left:
            return ()
        values = self._take(key, list, "a list")
        texts = tuple(value for value in values if isinstance(value, str) and value)
        if len(texts) < len(values):
            self.fail(f"“{key}” must be a list of texts.")
        if len(set(texts)) < len(texts):
            self.fail(f"“{key}” names the same thing twice.")
        return texts

    def tables(self, key: str) -> "list[StrictTable]":
        """A list of tables; [] when the key is absent."""
        if key not in self._left:
            return []
        values = self._take(key, list, "a list of tables")
        tables = [value for value in values if isinstance(value, dict)]
        if len(tables) < len(values):
            self.fail(f"“{key}” must be a list of tables.")
        return [StrictTable(table, self.file, self.place) for table in tables]

    def table(self, key: str) -> "StrictTable | None":
        """A table, or None when the key is absent."""
        return (
            StrictTable(self._take(key, dict, "a table"), self.file, self.place)
            if key in self
            else None
        )

    def value(self, key: str) -> TomlValue:
        """A value of any type, which the caller checks. The key must be there."""
        if key not in self._left:
            self.fail(f"“{key}” is missing.")
        return self._left.pop(key)

    def peek(self, key: str) -> TomlValue | None:
        """A value that is still to be taken, None when there is none."""
        return self._left.get(key)

    def keys(self) -> set[str]:
        """The keys that nobody has taken yet."""
        return set(self._left)

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def close(self) -> None:
        """Raise DefinitionError when a key was not taken: nobody knows it."""
        if self._left:
            self.fail(f"unknown key “{min(self._left)}”.")

    def _take(self, key: str, kind: type[Value], words: str) -> Value:
        value = self.value(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fail(f"“{key}” must be {words}.")
        return value


def parse(source: bytes, file: str) -> StrictTable:
    """The top table of a TOML file. Raises DefinitionError when it is not TOML in UTF-8."""
    return StrictTable(parse_plain(source, file), file)


def parse_plain(source: bytes, file: str) -> Table:
    """The same, not yet being read: more can be put in before."""
    try:
        return tomllib.loads(source.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{file}: not readable as TOML: {error}.") from error

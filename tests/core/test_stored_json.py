"""Stored values are read and written as they were, and nothing that is not as promised is read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as some

from intake_app.core.stored_json import (
    JsonObject,
    MalformedValue,
    StoredValue,
    named,
    omitted,
)


class Place(NamedTuple):
    """Two of different kinds in a row."""

    x: float
    word: str


@dataclass(frozen=True, slots=True)
class Inner(StoredValue):
    """A part."""

    number: int
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer(StoredValue):
    """One field of every kind."""

    origin: str = field(metadata=named("from"))
    nothing: int | None
    part: Inner
    parts: tuple[Inner, ...] = ()
    places: tuple[Place, ...] = ()
    sizes: Mapping[str, float] = field(default_factory=dict)
    open: JsonObject = field(default_factory=dict)
    late: Inner | None = field(default=None, metadata=omitted())
    later: tuple[str, ...] | None = field(default=None, metadata=omitted("last"))


ANY_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=6,
)
NUMBERS = some.integers() | some.floats(allow_nan=False, allow_infinity=False)
INNER = some.fixed_dictionaries({"number": some.integers()}, optional={"word": some.text()})
OUTER = some.fixed_dictionaries(
    {"from": some.text(), "nothing": some.none() | some.integers(), "part": INNER},
    optional={
        "parts": some.lists(INNER, max_size=2),
        "places": some.lists(some.tuples(NUMBERS, some.text()).map(list), max_size=2),
        "sizes": some.dictionaries(some.text(), NUMBERS, max_size=2),
        "open": some.dictionaries(some.text(), ANY_JSON, max_size=2),
        "late": some.none() | INNER,
        "last": some.none() | some.lists(some.text(), max_size=2),
        "unheard of": ANY_JSON,
    },
)
SMALLEST = {"from": "a", "nothing": None, "part": {"number": 1}}


@given(OUTER.flatmap(lambda stored: some.permutations(list(stored.items())).map(dict)))
def test_it_is_written_as_it_was_read(stored: JsonObject) -> None:
    assert json.dumps(Outer.from_json(stored).to_json()) == json.dumps(stored)


@given(OUTER)
def test_values_that_say_the_same_are_equal(stored: JsonObject) -> None:
    backwards = dict(reversed(stored.items()))
    assert Outer.from_json(stored) == Outer.from_json(backwards)


def test_a_new_value_is_written_in_the_order_of_its_fields_without_what_is_not_set() -> None:
    written = Outer(origin="a", nothing=None, part=Inner(1)).to_json()
    assert list(written) == ["from", "nothing", "part", "parts", "places", "sizes", "open"]
    assert written["part"] == {"number": 1, "word": ""}


def test_a_key_that_was_not_there_is_added_only_once_it_says_something() -> None:
    read = Outer.from_json(SMALLEST)
    assert read.to_json() == SMALLEST
    assert replace(read, later=("x",)).to_json() == SMALLEST | {"last": ["x"]}
    assert replace(read, places=(Place(1, "x"),)).to_json() == SMALLEST | {"places": [[1, "x"]]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": 1},
        {"nothing": True},
        {"nothing": 1.5},
        {"part": None},
        {"part": []},
        {"part": {}},
        {"part": {"number": "1"}},
        {"parts": {}},
        {"places": [[1]]},
        {"places": [[1, "x", 2]]},
        {"sizes": [1]},
        {"sizes": {"x": "1"}},
        {"last": "x"},
    ],
)
def test_what_is_not_as_it_was_written_is_refused(wrong: JsonObject) -> None:
    with pytest.raises(MalformedValue):
        Outer.from_json(SMALLEST | wrong)


@pytest.mark.parametrize("key", SMALLEST)
def test_what_lacks_a_key_is_refused(key: str) -> None:
    with pytest.raises(MalformedValue):
        Outer.from_json({name: value for name, value in SMALLEST.items() if name != key})

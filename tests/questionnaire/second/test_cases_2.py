"""The second set of cases: nobody comes out dangerously weak, nobody too strict.

Two come out stricter than the case wants, because an acute event is lifted by no answer.
"""

from functools import cache
from typing import Any

import pytest

from tests.questionnaire.second.people import NO_LIMIT, Outcome, outcome, read

FILE = read("cases_2.toml")
CASES: list[dict[str, Any]] = FILE["case"]
STRICTER = {"CL19", "P08"}
PUT_ANEW = {"P26", "P27", "P28"}
DANGEROUS = 1
"""So many levels above the wanted one are too many, where only touch is wanted."""


@cache
def result(case_id: str) -> Outcome:
    """What comes out for a case."""
    case = next(one for one in CASES if one["id"] == case_id)
    return outcome(case, FILE["base"])


def name(case: dict[str, Any]) -> str:
    """A case in the list of tests."""
    return str(case["id"])


each_case = pytest.mark.parametrize("case", CASES, ids=name)


def stands(wanted: str, found: str) -> bool:
    """Whether the wanted STOP is there; an urgent one is a STOP too."""
    return found == wanted or (wanted == "stop" and found == "urgent")


@each_case
def test_every_answer_is_asked(case: dict[str, Any]) -> None:
    assert result(case["id"]).unasked == set()


@each_case
def test_the_stop_stands_or_does_not(case: dict[str, Any]) -> None:
    assert stands(case.get("comes", case["stop"]), result(case["id"]).stop)


@each_case
def test_no_place_is_above_the_wanted_level(case: dict[str, Any]) -> None:
    found = result(case["id"])
    above = {
        place: found.highest(place)
        for place, level in case.get("max", {}).items()
        if found.highest(place) > level
    }
    assert above == {}


@each_case
def test_nothing_is_stricter_than_it_need_be(case: dict[str, Any]) -> None:
    found = result(case["id"])
    wanted = {**case.get("min", {}), **dict.fromkeys(case.get("free", []), NO_LIMIT)}
    below = {
        place: found.most(place) for place, level in wanted.items() if found.most(place) < level
    }
    assert below == {}


@each_case
def test_the_flags_that_matter_are_raised_and_no_wrong_ones(case: dict[str, Any]) -> None:
    found = result(case["id"])
    assert set(case.get("raised", [])) - found.codes == set()
    assert set(case.get("lowered", [])) - found.lowered == set()
    assert set(case.get("silent", [])) & found.codes == set()


def test_nobody_comes_out_dangerously_weak() -> None:
    """No STOP where one is wanted, or more than touch where only touch is wanted."""
    dangerous = [
        case["id"]
        for case in CASES
        if (case["stop"] != "none" and result(case["id"]).stop == "none")
        or any(
            level <= DANGEROUS and result(case["id"]).highest(place) > level
            for place, level in case.get("max", {}).items()
        )
    ]
    assert dangerous == []


def test_two_come_out_stricter_and_both_are_explained() -> None:
    others = {case["id"] for case in CASES if not stands(case["stop"], result(case["id"]).stop)}
    assert others == STRICTER
    assert all(case.get("explained") for case in CASES if case["id"] in STRICTER)
    assert {case["id"] for case in CASES if case.get("anew")} == PUT_ANEW


def test_all_fifty_five_are_here() -> None:
    assert len({case["id"] for case in CASES}) == 55

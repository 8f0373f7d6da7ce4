"""The worked cases as answers to massage_intake 2.0.0: exactly these flags and these limits."""

from functools import cache
from typing import Any

import pytest

from intake_app.questionnaire import REGIONS
from tests.questionnaire.second.people import Outcome, outcome, read
from tests.questionnaire.second.walk_2 import limits
from tests.questionnaire.test_worked_cases import CASES as BEFORE

FILE = read("worked_cases_2.toml")
CASES: list[dict[str, Any]] = FILE["case"]


def name(case: dict[str, Any]) -> str:
    """A case in the list of tests."""
    return str(case["id"])


@cache
def result(case_id: str) -> Outcome:
    """What comes out for a case."""
    return outcome(next(one for one in CASES if one["id"] == case_id), FILE["base"])


def wanted(case: dict[str, Any]) -> dict[str, int | None]:
    """The limit of every region, by the case."""
    own = {region: level for level in range(6) for region in case.get(f"cap_{level}", [])}
    free = dict.fromkeys(case.get("free", []))
    return {**dict.fromkeys(REGIONS, case.get("body")), **own, **free}


each_case = pytest.mark.parametrize("case", CASES, ids=name)


@each_case
def test_exactly_these_flags_are_raised(case: dict[str, Any]) -> None:
    found = result(case["id"])
    assert found.unasked == set()
    assert sorted(found.codes) == case["flags"]
    assert sorted(found.lowered) == case.get("lowered", [])
    assert found.stop == case["stop"]


@each_case
def test_exactly_these_limits_follow(case: dict[str, Any]) -> None:
    assert result(case["id"]).limits == wanted(case)


def test_all_forty_six_are_here() -> None:
    assert [case["id"] for case in CASES] == [case["id"] for case in BEFORE["case"]]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_each_case_with_other_flags_than_before_says_why(case: dict[str, Any]) -> None:
    before = next(one for one in BEFORE["case"] if one["id"] == case["id"])
    if before["flags"] != case["flags"]:
        assert case.get("why")


def test_somebody_well_raises_nothing() -> None:
    well = result("V01")
    assert well.flags == ()
    assert set(limits((), well.journey).values()) == {None}

"""The worked cases of the clinical content:
each client raises exactly the flags and the limits they should.
"""

import tomllib
from typing import Any

import pytest

from intake_app.questionnaire import (
    REGIONS,
    Context,
    Journey,
    pressures,
    raised,
)
from tests.questionnaire.massage_walk import calm, needed
from tests.questionnaire.small import HERE, TODAY
from tests.support.definitions import FORM_1, RULES_1

CASES: dict[str, Any] = tomllib.loads((HERE / "worked_cases.toml").read_text(encoding="utf-8"))
INTAKE = FORM_1
RULES = RULES_1
SETTINGS = ("prenatal_trained", "allergen_free")


def walk(case: dict[str, Any]) -> Journey:
    """The finished walk of this client: what the case does not say is answered calmly."""
    answers = {**CASES["base"], **case.get("answers", {})}
    lacking = case.get("practice_without", [])
    known = {setting: setting not in lacking for setting in SETTINGS}
    context = Context(
        TODAY,
        agreed=frozenset(case.get("agreed", ["cs.sensitive"])),
        consents_missing=False,
        stop_raised=RULES.any_stop,
        **known,
    )
    done: frozenset[str] = frozenset()
    journey = Journey(INTAKE, answers, done, context)
    while (step := journey.first_open()) is not None:
        for item in journey.missing(step):
            answers[item.link_id] = calm(item, answers)
        done |= {step.id} if not journey.missing(step) else set()
        journey = Journey(INTAKE, answers, done, context)
    return journey


def name(case: dict[str, Any]) -> str:
    """A case in the list of tests."""
    return str(case["id"])


def limits(case: dict[str, Any]) -> dict[str, int | None]:
    """The limit of every region, by the case."""
    own = {region: level for level in range(6) for region in case.get(f"cap_{level}", [])}
    return {region: own.get(region, case.get("body")) for region in REGIONS}


@pytest.mark.parametrize("case", CASES["case"], ids=name)
def test_exactly_these_flags_are_raised(case: dict[str, Any]) -> None:
    journey = walk(case)
    assert journey.complete()
    assert sorted(flag.rule.code for flag in raised(RULES, journey)) == case["flags"]


@pytest.mark.parametrize("case", CASES["case"], ids=name)
def test_exactly_these_limits_follow(case: dict[str, Any]) -> None:
    journey = walk(case)
    found = pressures(raised(RULES, journey), journey)
    assert {region: one.cap for region, one in found.items()} == limits(case)


def test_all_forty_six_are_here() -> None:
    assert len({case["id"] for case in CASES["case"]}) == 46


def test_somebody_well_raises_nothing_and_is_asked_at_most_sixty_things() -> None:
    well = walk(CASES["case"][0])
    assert raised(RULES, well) == ()
    assert {one.cap for one in pressures((), well).values()} == {None}
    assert len(needed(well)) <= 60

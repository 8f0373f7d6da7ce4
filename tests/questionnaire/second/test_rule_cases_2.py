"""Every rule of massage_flags 2.0.0 can be raised, and can just be missed."""

from typing import Any

import pytest

from tests.questionnaire.second.people import answered, read
from tests.questionnaire.second.walk_2 import RULES_2

CASES: dict[str, Any] = read("rule_cases_2.toml")


def test_every_rule_has_its_two_people_and_nobody_is_left_over() -> None:
    assert {rule.code for rule in RULES_2.rules} == CASES.keys()


@pytest.mark.parametrize("code", CASES)
def test_somebody_raises_it(code: str) -> None:
    found = answered(CASES[code]["raise"], CASES[code].get("raise_with", {}))
    assert found.unasked == set()
    assert code in found.codes


@pytest.mark.parametrize("code", CASES)
def test_somebody_nearly_does(code: str) -> None:
    found = answered(CASES[code]["near"], CASES[code].get("near_with", {}))
    assert found.unasked == set()
    assert code not in found.codes

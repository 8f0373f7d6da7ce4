"""The released rules: all of the clinical content is there,
and each rule can be raised and can just be missed.
"""

from collections import Counter

import pytest

from intake_app.questionnaire import Level, Rule, flag_rules_by_sha256, raised
from intake_app.questionnaire.conditions import AllAnyNone, AnswerIs, Condition
from tests.questionnaire.flags.rule_cases import (
    RULES,
    near_misses,
    people,
    person_for,
    raises,
    walk,
)

EMERGENCY = "Please call 911 or go to the emergency room now. Do not come for massage today."
BLUNT = ("contraindicat", "cancer", "clot", "stroke", "heart attack", "infection", "disease")


def code(rule: Rule) -> str:
    """A rule's name in the list of tests."""
    return rule.code


def asked(condition: Condition) -> set[str]:
    """The questions that a condition asks about."""
    if isinstance(condition, AllAnyNone):
        return {question for part in condition.parts for question in asked(part)}
    return {condition.question} if isinstance(condition, AnswerIs) else set()


def test_the_whole_clinical_content_is_there() -> None:
    """233 rules of the content 1.1 (60 STOP, 44 LOCAL, 106 CAUTION, 23 INFO),
    and one about single “not sure”s.
    """
    assert Counter(rule.level.name for rule in RULES.rules) == {
        "STOP": 60,
        "LOCAL": 44,
        "CAUTION": 107,
        "INFO": 23,
    }
    assert len(RULES.sources) == 111
    assert flag_rules_by_sha256(RULES.sha256).version == RULES.version


@pytest.mark.parametrize("rule", RULES.rules, ids=code)
def test_somebody_raises_it_and_somebody_nearly_does(rule: Rule) -> None:
    person = person_for(rule)
    assert person is not None and raises(rule, person)
    assert any(not raises(rule, nearly) for nearly in near_misses(person))


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES.rules if rule.level is Level.STOP], ids=code
)
def test_a_doctors_ok_takes_a_stop_away_but_never_all_that_was_said(rule: Rule) -> None:
    rows = {question for question in asked(rule.when) if question.startswith("cl.ok.")}
    for answers, known in people(rule) if rows else ():
        if not raises(rule, (answers, known)):
            continue
        left = {
            flag.rule.code
            for flag in raised(RULES, walk(({**answers, **dict.fromkeys(rows, "yes")}, known)))
        }
        assert left - {"N11"}, answers


def test_the_client_reads_plain_words_and_never_a_diagnosis() -> None:
    told = {
        rule.code: RULES.client_texts[rule.client_text] for rule in RULES.rules if rule.client_text
    }
    assert {told[code] for code in ("A01", "A02", "A03", "A04", "D02")} == {EMERGENCY}
    assert (
        told["A05"].startswith("Please call your doctor or maternity provider now.")
        and told["A06"] == told["A05"]
    )
    assert not [text for text in told.values() if any(word in text.lower() for word in BLUNT)]
    assert {rule.code for rule in RULES.rules if rule.level is Level.STOP} == told.keys()


def test_a_limit_of_nothing_or_the_lightest_touch_names_its_area_unless_all_work_waits() -> None:
    broad = {
        rule.code
        for rule in RULES.rules
        if rule.cap in (0, 1) and not rule.areas and rule.level < Level.STOP
    }
    assert broad == {"J09", "J18"}, (
        "chemotherapy in the last days and low blood counts: the whole body, lightest touch"
    )

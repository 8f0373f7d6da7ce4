"""What a condition says about answers and facts."""

from datetime import date
from typing import Any

import pytest

from intake_app.questionnaire import Context, holds
from intake_app.questionnaire.conditions import AllAnyNone, AnswerIs, Condition, FactIs
from tests.questionnaire.small import ANA, TODAY, journey

YES, NO = AnswerIs("v.pain", "=", 7), AnswerIs("v.pain", "=", 3)


def so(condition: Condition | None, answers: dict[str, Any] = ANA) -> bool:
    return holds(condition, answers, Context(TODAY))


@pytest.mark.parametrize(
    ("question", "operator", "answer", "expected"),
    [
        ("v.start", "=", "years", True),
        ("v.start", "=", "days", False),
        ("v.start", "!=", "days", True),
        ("v.start", "!=", "years", False),
        ("v.start", "in", ("days", "years"), True),
        ("v.start", "in", ("days",), False),
        ("med.kinds", "includes", "pain", True),
        ("med.kinds", "includes", ("heart", "thinner"), True),
        ("med.kinds", "includes", "heart", False),
        ("v.pain", ">=", 7, True),
        ("v.pain", ">=", 8, False),
        ("v.pain", "<=", 7, True),
        ("v.pain", ">", 7, False),
        ("v.pain", "<", 8, True),
        ("id.dob", "<", "1960-01-01", True),
        ("id.phone", "answered", True, True),
        ("id.phone", "answered", False, False),
        ("id.email", "answered", False, True),
    ],
)
def test_operators(question: str, operator: str, answer: Any, expected: bool) -> None:
    assert so(AnswerIs(question, operator, answer)) is expected


@pytest.mark.parametrize("operator", ["=", "!=", ">=", "<=", ">", "<"])
def test_an_unanswered_question_makes_every_operator_false(operator: str) -> None:
    assert not so(AnswerIs("id.email", operator, "ana@example.com"), {})


def test_all_any_and_none_combine() -> None:
    assert so(AllAnyNone("all", (YES, YES))) and not so(AllAnyNone("all", (YES, NO)))
    assert so(AllAnyNone("any", (NO, YES))) and not so(AllAnyNone("any", (NO, NO)))
    assert so(AllAnyNone("none", (NO, NO))) and not so(AllAnyNone("none", (NO, YES)))
    assert so(AllAnyNone("all", (YES, AllAnyNone("none", (NO,)))))


def test_no_condition_is_always_met() -> None:
    assert so(None, {})


def test_answers_of_the_wrong_kind_are_simply_not_so() -> None:
    assert not so(AnswerIs("v.pain", ">=", 4), {"v.pain": "seven"})
    assert not so(AnswerIs("v.pain", "=", 1), {"v.pain": True})
    assert not so(AnswerIs("med.kinds", "includes", "pain"), {"med.kinds": "pain"})


@pytest.mark.parametrize(
    ("born", "age", "minor"),
    [
        ("2008-11-20", 18, False),
        ("2008-11-21", 17, True),
        ("1955-03-14", 71, False),
        ("2026-11-19", 0, True),
    ],
)
def test_the_eighteenth_birthday_ends_being_a_minor(born: str, age: int, minor: bool) -> None:
    walk = journey({"id.dob": born})
    assert (walk.fact("age"), walk.fact("minor"), walk.fact("adult")) == (age, minor, not minor)


def test_somebody_born_on_29_february_turns_18_on_1_march() -> None:
    minor, born = FactIs("minor", "=", True), {"id.dob": "2008-02-29"}
    assert holds(minor, born, Context(date(2026, 2, 28)))
    assert not holds(minor, born, Context(date(2026, 3, 1)))


def test_without_a_birth_date_nobody_is_minor_or_adult() -> None:
    walk = journey({})
    assert walk.fact("minor") is walk.fact("adult") is walk.fact("age") is None
    assert not so(FactIs("minor", "!=", True), {})


def test_returning_is_what_the_practice_knows() -> None:
    assert journey({}, returning=True).fact("returning") is True
    assert journey({}).fact("returning") is False

"""The form of the day of 2.0.0, for a client whose record cannot be read, and joined with it."""

from collections.abc import Iterable, Iterator
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_app.questionnaire import Context, Item, Journey, released
from intake_app.questionnaire.conditions import AllAnyNone, AnswerIs, Condition, FactIs, holds
from intake_app.questionnaire.day_of_visit import joined_form, short_form, without_unknown
from tests.support.definitions import FORM, FORM_1

FORM_2 = released(FORM, "2.0.0", draft=True)
SHORT = short_form(FORM_2)
TODAY = date(2026, 11, 20)
ON_THE_DAY = Context(TODAY, on_the_day=True)
JOINED = Context(TODAY, visit_today=True, on_the_day=True)
BORN = {"grown": "1990-05-02", "old": "1950-05-02", "child": "2018-05-02"}
UNKNOWN = AnswerIs("hx.cardio", "includes", "hbp")
ALSO_UNKNOWN = AnswerIs("v.start", "!=", "no_problem")
KNOWN = AnswerIs("td.skin", "includes", "rash")
PREGNANT = AnswerIs("rp.pregnant", "=", "yes")
OF_AN_AGE = AllAnyNone("all", (FactIs("age", ">=", 11), FactIs("age", "<=", 60)))
NOBODY = FactIs("returning", "=", True)
ADULT = FactIs("adult", "=", True)


def every(*parts: Condition) -> Condition:
    return AllAnyNone("all", parts)


def either(*parts: Condition) -> Condition:
    return AllAnyNone("any", parts)


def neither(*parts: Condition) -> Condition:
    return AllAnyNone("none", parts)


@pytest.mark.parametrize(
    ("condition", "careful"),
    [
        (None, None),
        (KNOWN, KNOWN),
        (UNKNOWN, None),
        (NOBODY, None),
        (ADULT, ADULT),
        (PREGNANT, OF_AN_AGE),
        (every(UNKNOWN, KNOWN), every(KNOWN)),
        (every(UNKNOWN, ALSO_UNKNOWN), None),
        (either(UNKNOWN, KNOWN), None),
        (either(KNOWN, ADULT), either(KNOWN, ADULT)),
        (neither(UNKNOWN, KNOWN), neither(KNOWN)),
        (neither(UNKNOWN), None),
        (neither(PREGNANT), None),
        (neither(every(UNKNOWN, KNOWN)), None),
        (neither(either(UNKNOWN, KNOWN)), neither(either(KNOWN))),
        (neither(neither(UNKNOWN)), None),
        (every(KNOWN, either(UNKNOWN, PREGNANT)), every(KNOWN)),
        (every(KNOWN, PREGNANT), every(KNOWN, OF_AN_AGE)),
    ],
)
def test_what_is_not_known_counts_as_met(
    condition: Condition | None, careful: Condition | None
) -> None:
    assert without_unknown(condition, ["td.skin"]) == careful


def leaves(condition: Condition | None) -> Iterator[AnswerIs]:
    if isinstance(condition, AllAnyNone):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, AnswerIs):
        yield condition


def conditions(item: Item) -> Iterable[Condition | None]:
    return [item.enable_when, *(option.enable_when for option in item.options)]


def somebody(questions: Iterable[str], chance: Random) -> dict[str, Any]:
    """Random answers to these questions."""
    answers: dict[str, Any] = {"id.dob": chance.choice(list(BORN.values()))}
    for link_id in questions:
        item = FORM_2.item(link_id)
        if item.type == "number":
            answers[link_id] = chance.randrange(60)
        elif item.type == "choices":
            answers[link_id] = chance.sample(list(item.labels), chance.randrange(len(item.labels)))
        elif item.labels:
            answers[link_id] = chance.choice(list(item.labels))
    return {
        key: value for key, value in answers.items() if chance.random() < 0.8 or key == "id.dob"
    }


@given(st.integers(0, 2**32))
def test_whoever_the_record_would_ask_is_asked_without_it(seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    whole = [item for step in FORM_2.steps for item in step.day_items]
    asked: list[str] = []
    for item, short in zip(whole, SHORT.items, strict=True):
        assert item.link_id == short.link_id
        for before, after in zip(conditions(item), conditions(short), strict=True):
            for _ in range(4):
                answers = somebody({leaf.question for leaf in leaves(before)}, chance)
                if answers["id.dob"] != BORN["grown"]:
                    answers = {key: one for key, one in answers.items() if key[:3] != "rp."}
                known = {key: one for key, one in answers.items() if key in (*asked, "id.dob")}
                if holds(before, answers, ON_THE_DAY):
                    assert holds(after, known, ON_THE_DAY), (item.link_id, answers)
        asked.append(item.link_id)


def asked(born: str, answers: dict[str, Any]) -> dict[str, Item]:
    done = frozenset(step.id for step in SHORT.steps)
    journey = Journey(SHORT, answers, done, ON_THE_DAY, {"id.dob": born})
    return {item.link_id: item for step in journey.steps for item in journey.items(step)}


def test_the_form_of_the_day_is_made_of_the_pages_of_the_day() -> None:
    assert [step.id for step in SHORT.steps] == ["day_signs", "day_now", "day_you"]
    assert SHORT.sha256 == FORM_2.sha256
    assert not [item.link_id for item in SHORT.items if item.confidential]
    assert not any(step.day for step in SHORT.steps)


def test_nobody_whose_record_is_not_known_is_left_unasked() -> None:
    of_grown = asked(BORN["grown"], {})
    assert {"td.new", "v.pain_now", "rp.signs", "td.known"} <= set(of_grown)
    assert {"angina", "bp_high", "bp_preg", "ms"} <= set(of_grown["td.known"].labels)


@pytest.mark.parametrize("who", BORN)
def test_it_has_at_most_three_pages_and_fourteen_needed_answers(who: str) -> None:
    calm = {item.link_id: ["none"] for item in SHORT.items if "none" in item.labels}
    calm |= {item.link_id: "no" for item in SHORT.items if "no" in item.labels}
    found = asked(BORN[who], calm)
    assert len(SHORT.steps) <= 3
    assert sum(item.required for item in found.values()) <= 14


@pytest.mark.parametrize("who", ["old", "child"])
def test_a_pregnancy_is_asked_about_from_11_to_60(who: str) -> None:
    found = asked(BORN[who], {})
    assert "rp.signs" not in found
    assert "bp_preg" not in found["td.known"].labels
    assert "bp_high" in found["td.known"].labels


def test_what_follows_from_an_answer_of_the_day_follows_from_it() -> None:
    assert "td.clot_where" not in asked(BORN["old"], {"td.clot_sign": "no"})
    assert "td.clot_where" in asked(BORN["old"], {"td.clot_sign": "yes"})
    assert "td.injury_checked" not in asked(BORN["old"], {"td.recent": ["none"]})
    assert "td.injury_checked" in asked(BORN["old"], {"td.recent": ["fall"]})


def test_with_the_record_at_hand_conditions_apply_as_they_are() -> None:
    known = {"id.dob": BORN["grown"], "v.start": "no_problem", "hx.cardio": ["hbp"]}
    journey = Journey(short_form(FORM_2, knows_record=True), {}, frozenset(), ON_THE_DAY, known)
    found = {item.link_id: item for step in journey.steps for item in journey.items(step)}
    assert not {"v.pain_now", "rp.signs"} & set(found)
    assert set(found["td.known"].labels) == {"bp_high", "unsure", "none"}


HOME: dict[str, Any] = {
    "id.first_name": "Ana",
    "id.dob": BORN["grown"],
    "sc.recent": "no",
    "sc.skin": "no",
    "rp.pregnant": "no",
    "td.clot_sign": "no",
}
DAY: dict[str, Any] = {
    "td.recent": ["fall"],
    "td.injury_checked": "no",
    "td.injury_hard": "yes",
    "rp.signs": ["none"],
    "td.known": ["angina", "skin"],
    "hx.skin_where": ["calf_l"],
    "td.new": "no",
    "td.clot_sign": "yes",
}


def joined(answers: dict[str, Any], asked_again: Iterable[str]) -> dict[str, Any]:
    form = joined_form(FORM_2, frozenset(asked_again))
    return Journey(form, answers, frozenset(step.id for step in form.steps), JOINED).live()


def test_what_was_asked_on_the_day_counts_whatever_the_record_says() -> None:
    live = joined({**HOME, **DAY}, DAY)
    assert {key: live.get(key) for key in DAY} == DAY


def test_an_answer_of_home_to_what_was_not_asked_again_keeps_its_condition() -> None:
    live = joined({**HOME, **DAY, "sx.surg_any": "yes", "hx.skin": ["eczema"]}, DAY)
    assert "sx.surg_any" not in live
    assert "hx.skin" not in live
    alone = {key: value for key, value in DAY.items() if key != "td.injury_checked"}
    assert "td.injury_checked" not in joined({**HOME, **DAY}, alone)


def test_a_form_without_pages_of_the_day_is_read_as_it_is() -> None:
    assert joined_form(FORM_1, frozenset({"td.chest"})) is FORM_1

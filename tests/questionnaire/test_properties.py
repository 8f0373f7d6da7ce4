"""What holds for every set of answers anybody could send."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake_app.questionnaire import Context, Journey, problem, summarise
from intake_app.questionnaire.conditions import AllAnyNone, AnswerIs, Condition
from tests.questionnaire.small import ANA, SMALL, TODAY, item, journey
from tests.questionnaire.strategies import JUNK, answers_for, codes, junk_answers, walks

STEPS = st.frozensets(st.sampled_from([step.id for step in SMALL.steps]) | st.text(max_size=5))
ITEMS = st.sampled_from(SMALL.items)
PLACES = {item.link_id: place for place, item in enumerate(SMALL.items)}


@given(junk_answers(SMALL), STEPS, st.booleans())
def test_no_junk_makes_a_walk_raise(
    answers: dict[str, Any], done: frozenset[str], returning: bool
) -> None:
    walk = Journey(SMALL, answers, done, Context(TODAY, returning))
    summarise(walk)
    for step in SMALL.steps:
        walk.may_visit(step.id), walk.progress(step.id), walk.missing(step), walk.after(step.id)
        walk.items_with(step, answers)


@given(ITEMS, JUNK | codes(SMALL), junk_answers(SMALL))
def test_every_value_is_either_acceptable_or_refused_in_a_sentence(
    one: Any, value: Any, answers: dict[str, Any]
) -> None:
    reason = problem(one, value, answers, TODAY)
    assert reason is None or reason.endswith(".")


@given(junk_answers(SMALL))
def test_what_counts_is_asked_acceptable_and_was_sent(answers: dict[str, Any]) -> None:
    walk = journey(answers)
    asked = {item.link_id for step in walk.steps for item in walk.items(step)}
    live = walk.live()
    assert set(live) <= asked
    for link_id, value in live.items():
        assert value is answers[link_id]
        assert problem(item(link_id), value, live, TODAY) is None


@given(junk_answers(SMALL))
def test_what_does_not_count_changes_nothing(answers: dict[str, Any]) -> None:
    walk = journey(answers)
    again = journey(walk.live())
    assert again.live() == walk.live()
    assert again.steps == walk.steps
    assert summarise(again) == summarise(walk)


@given(junk_answers(SMALL), ITEMS, st.data())
def test_a_later_answer_never_changes_what_was_asked_before(
    answers: dict[str, Any], one: Any, data: st.DataObject
) -> None:
    def before(walk: Journey) -> list[str]:
        asked = [item.link_id for step in walk.steps for item in walk.items(step)]
        return [link_id for link_id in asked if PLACES[link_id] <= PLACES[one.link_id]]

    changed = {**answers, one.link_id: data.draw(JUNK | codes(SMALL))}
    assert before(journey(changed)) == before(journey(answers))


@given(ITEMS, st.data())
def test_every_made_up_valid_answer_is_acceptable(one: Any, data: st.DataObject) -> None:
    assert problem(one, data.draw(answers_for(one, ANA, TODAY)), ANA, TODAY) is None


@given(walks(SMALL, Context(TODAY)))
def test_every_walk_ends_in_order_and_sees_no_step_twice(
    walked: tuple[dict[str, Any], list[str]],
) -> None:
    answers, seen = walked
    walk = Journey(SMALL, answers, frozenset(seen), Context(TODAY))
    assert walk.complete()
    assert seen == [step.id for step in walk.steps]
    assert not any(row.text == "" for section in summarise(walk) for row in section.rows)


@given(walks(SMALL, Context(TODAY)))
def test_answers_survive_being_stored_as_json(walked: tuple[dict[str, Any], list[str]]) -> None:
    answers, seen = walked
    stored = json.loads(json.dumps(answers))
    assert Journey(SMALL, stored, frozenset(seen), Context(TODAY)).live() == answers


def test_conditions_look_only_at_earlier_items() -> None:
    for step in SMALL.steps:
        first = PLACES[step.items[0].link_id]
        assert all(PLACES[one] < first for one in questions(step.enable_when))
        for each in step.items:
            assert all(PLACES[one] < PLACES[each.link_id] for one in questions(each.enable_when))


def questions(condition: Condition | None) -> set[str]:
    """The items that a condition asks about."""
    if isinstance(condition, AllAnyNone):
        return {one for part in condition.parts for one in questions(part)}
    return {condition.question} if isinstance(condition, AnswerIs) else set()

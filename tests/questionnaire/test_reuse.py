"""Ana comes back: what of their last answers may be used again, and what changed since then."""

from typing import Any

from hypothesis import given

from intake_app.questionnaire import (
    changes,
    completed_steps,
    load,
    questions_asked_afresh,
    reusable,
    section_answers,
    section_rows,
)
from tests.questionnaire.massage_walk import INTAKE, walk
from tests.questionnaire.small import ANA, REGIONS, SMALL, SOURCE, journey
from tests.questionnaire.strategies import junk_answers

ABOUT, VISIT = SMALL.section("about"), SMALL.section("visit")


def told_changes(now: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Question, old and new words, for Ana who now has these answers."""
    return [(one.link_id, one.before, one.after) for one in changes(journey(ANA), journey(now))]


# What changed


def test_a_change_is_told_in_words_old_and_new() -> None:
    assert told_changes({**ANA, "id.phone": "+19205550188"}) == [
        ("id.phone", "920 555 0134", "920 555 0188")
    ]


def test_what_was_added_or_taken_away_is_a_change() -> None:
    assert told_changes({**ANA, "id.email": "ana@example.com"}) == [
        ("id.email", "Not answered", "ana@example.com")
    ]
    without = {key: value for key, value in ANA.items() if key != "mh.words"}
    assert told_changes(without) == [("mh.words", "I'd rather tell you in person.", "Not answered")]


def test_what_the_therapist_reads_first_comes_first() -> None:
    found = changes(
        journey(ANA),
        journey({**ANA, "id.phone": "+19205550188", "med.kinds": ["pain"], "med.main": ["pain"]}),
    )
    assert [(one.link_id, one.notice) for one in found][:2] == [
        ("med.kinds", True),
        ("id.phone", False),
    ]


def test_an_answer_that_is_kept_apart_is_not_told() -> None:
    now = journey({**ANA, "mh.words": "Something else"})
    assert changes(journey(ANA), now, left_out={"mh.words"}) == ()


def test_a_question_that_is_no_longer_asked_has_no_answer_now() -> None:
    now = told_changes({**ANA, "v.start": "no_problem"})
    assert ("v.pain", "7 out of 10", "Not answered") in now


@given(junk_answers(SMALL))
def test_the_same_answers_are_no_change(answers: dict[str, Any]) -> None:
    assert changes(journey(answers), journey(answers)) == ()


@given(junk_answers(SMALL), junk_answers(SMALL))
def test_every_changed_answer_that_counts_appears_once_and_no_other(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    before, after = journey({**ANA, **old}), journey({**ANA, **new})
    found = [one.link_id for one in changes(before, after)]
    keys = before.live().keys() | after.live().keys()
    assert sorted(found) == sorted(
        key for key in keys if before.live().get(key) != after.live().get(key)
    )


# What may be used again


def test_signs_of_today_are_never_used_again() -> None:
    ana = walk(v__start="weeks")
    kept = reusable(INTAKE, ana.live())
    assert kept["hx.cardio"] == ["none"]
    assert [key for key in kept if key.startswith("td.") or key == "v.pain_now"] == []
    on_arrival = {item.link_id for item in INTAKE.items if item.when == "arrival"}
    assert on_arrival <= questions_asked_afresh(INTAKE)


def test_a_definition_can_say_itself_what_is_asked_afresh() -> None:
    assert questions_asked_afresh(SMALL) == {"mh.words"}
    old, new = 'id = "med.weeks"\n', 'id = "med.weeks"\nvolatile = true\n'
    marked = load(SOURCE.replace(old, new).encode(), "small.toml", REGIONS)
    assert questions_asked_afresh(marked) == {"mh.words", "med.weeks"}
    assert "med.weeks" not in reusable(marked, {**ANA, "med.weeks": 3})
    assert "med.weeks" in reusable(SMALL, {**ANA, "med.weeks": 3})


def test_what_asks_about_now_or_the_last_days_is_asked_again() -> None:
    ana = walk(rp__pregnant="yes", rp__weeks=24)
    asked = ana.live().keys() & {"rp.signs", "sx.hospital"}
    assert len(asked) == 2 and not asked & reusable(INTAKE, ana.live()).keys()


def test_an_answer_to_a_question_that_no_longer_exists_is_left_behind() -> None:
    assert "gone.long_ago" not in reusable(SMALL, {**ANA, "gone.long_ago": "yes"})


def test_a_part_is_told_in_words_without_what_is_not_answered() -> None:
    rows = section_rows(journey(ANA), ABOUT, ANA)
    assert [row.link_id for row in rows] == ["id.first_name", "id.dob", "id.phone"]
    assert section_answers(ABOUT, ANA) == {row.link_id: ANA[row.link_id] for row in rows}


def test_a_step_is_settled_when_it_needs_nothing_more() -> None:
    assert completed_steps(journey(ANA), ABOUT) == ["name"]
    without = {key: value for key, value in ANA.items() if key != "v.start"}
    assert "pain" not in completed_steps(journey(without), VISIT)


def test_a_last_answer_that_no_longer_fits_is_asked_again() -> None:
    assert "medicines" not in completed_steps(journey({**ANA, "med.main": ["heart"]}), VISIT)


# What is hard to write down


def test_a_sensitive_question_that_must_be_answered_can_be_answered_with_a_talk_in_person() -> None:
    for item in INTAKE.items:
        if item.sensitive and item.required and item.options:
            assert any("in person" in option.label for option in item.options), item.link_id

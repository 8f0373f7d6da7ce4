"""Answers about today are good for 24 hours, by the clock and not by the calendar."""

from datetime import UTC, datetime, timedelta, timezone

from intake_app.questionnaire.day_of_visit import about_today, rules_asking, short_form, stale
from tests.questionnaire.massage_walk import INTAKE
from tests.support.definitions import RULES_1

SIGNED = datetime(2026, 3, 7, 15, 0, tzinfo=UTC)


def test_they_grow_old_after_a_day() -> None:
    assert not stale(SIGNED, SIGNED + timedelta(hours=24))
    assert stale(SIGNED, SIGNED + timedelta(hours=24, seconds=1))


def test_a_change_of_the_clock_makes_no_day_longer() -> None:
    chicago_after = datetime(2026, 3, 8, 10, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert stale(SIGNED, chicago_after)


def test_danger_signs_fever_and_skin_are_about_today() -> None:
    asked = {item.link_id for item in about_today(INTAKE)}
    assert {"td.chest", "td.fever", "td.skin", "td.alcohol", "td.clot_sign"} <= asked
    assert not asked & {"hx.cardio", "id.dob", "go.goals"}


def test_the_short_form_has_these_questions_and_no_other_and_keeps_no_words_apart() -> None:
    """Its answers become an addendum as they are, which is for the
    therapists only and in no copy.
    """
    short = short_form(INTAKE)
    assert [item.link_id for item in short.items] == [item.link_id for item in about_today(INTAKE)]
    assert short.sha256 == INTAKE.sha256
    assert not [item.link_id for item in short.items if item.confidential]


def test_the_rules_that_look_at_a_question_are_known_also_through_facts() -> None:
    assert {"A05", "A07", "B06"} <= rules_asking(
        RULES_1, frozenset({"td.clot_sign", "td.immobile"})
    )
    assert "C01" not in rules_asking(RULES_1, frozenset({"td.clot_sign"}))

"""Answers about today are good for 24 hours, by the clock and not by the calendar."""

from datetime import UTC, datetime, timedelta, timezone

from intake_app.questionnaire.arrival import about_today, stale
from tests.questionnaire.massage_walk import INTAKE

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

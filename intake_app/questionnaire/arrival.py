"""Answers about today grow old: what was true yesterday says little about a fever now."""

from datetime import datetime, timedelta

from intake_app.questionnaire.model import Item, Questionnaire

FRESH = timedelta(hours=24)
"""The content asks about the last 24 hours (E01, S35), so its answers are good for as long."""
OUT_OF_DATE = "The answers about today are more than 24 hours old. Ask them again before the massage."
TODAY = "td."


def stale(signed_at: datetime, now: datetime) -> bool:
    """Whether answers about today, signed then, must be asked again now. Both times carry a zone."""
    return now - signed_at > FRESH


def about_today(questionnaire: Questionnaire) -> tuple[Item, ...]:
    """The items that are asked again on the day: `td.*`, and what is marked as asked on arrival."""
    return tuple(item for item in questionnaire.items if item.when == "arrival" or item.link_id.startswith(TODAY))

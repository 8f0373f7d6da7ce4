"""The practice and its day, read once a request."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import g

from intake_app.models.practice import Practice
from intake_app.practice import profile
from intake_app.web.extensions import runtime


def practice() -> Practice | None:
    """The practice's card, read once a request; None before set-up."""
    if "practice" not in g:
        g.practice = profile.load_profile(runtime())
    found: Practice | None = g.practice
    return found


def today() -> date:
    """The practice's own day, the same from the beginning of a request to its end."""
    found: date | None = g.get("today")
    if found is None:
        card = practice()
        found = g.today = (
            runtime().clock().astimezone(ZoneInfo(card.timezone if card else "UTC")).date()
        )
    return found

"""The practice and its day, read once a request, and what every page shows of them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, g

from intake_app.accounts.sessions import StaffIdentity
from intake_app.models.practice import Practice
from intake_app.practice import profile
from intake_app.web.extensions import runtime


def init_app(app: Flask) -> None:
    """Give every template `practice`, and the pages of the staff the practice's clock."""
    app.context_processor(lambda: {"practice": practice()})
    app.context_processor(_session_values)


def practice() -> Practice | None:
    """The practice's profile, read once a request; None before set-up."""
    if "practice" not in g:
        g.practice = profile.load_profile(runtime())
    profile_now: Practice | None = g.practice
    return profile_now


def practice_name() -> str:
    """What the practice is called, "" before set-up."""
    found = practice()
    return found.name if found else ""


def zone() -> ZoneInfo:
    """The practice's time zone; UTC before set-up."""
    return profile.zone_of(practice())


def to_local(at: datetime) -> datetime:
    """A moment by the practice's clock."""
    return at.astimezone(zone())


def today() -> date:
    """The practice's own day, the same from the beginning of a request to its end."""
    if "today" not in g:
        g.today = to_local(runtime().clock()).date()
    day: date = g.today
    return day


def _session_values() -> dict[str, object]:
    """Pages behind the passphrase tell time by the practice's clock, and how long they stay open.

    Without the practice, on the page that says the database is away, they tell no time.
    """
    staff: StaffIdentity | None = g.get("staff")
    if staff is None:
        return {}
    seconds_left = int((staff.until - runtime().clock()).total_seconds())
    if practice() is None:
        return {"seconds_left": seconds_left}
    return {
        "seconds_left": seconds_left,
        "unlocked_until": to_local(staff.until),
        "local": to_local,
    }

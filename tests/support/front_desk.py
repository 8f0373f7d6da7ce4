"""What the desk does, for tests: expect somebody, and read the board."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake_app.core.runtime import Runtime
from intake_app.visits import visits
from intake_app.visits.person import ExpectedClient
from tests.support.html_pages import words
from tests.support.people import PRACTICE, csrf

ANA = ExpectedClient("Ana Moreno", "Donna Reyes", "920 555 0134", "ana@example.org")


def expect(runtime: Runtime, person: ExpectedClient = ANA, minutes: int | None = None) -> str:
    """A visit so many minutes from now; otherwise within the hour, on the board of today."""
    now = runtime.clock().astimezone(ZoneInfo(PRACTICE.timezone))
    soon = min(now + timedelta(hours=1), now.replace(hour=23, minute=59))
    return visits.add(
        runtime, soon if minutes is None else now + timedelta(minutes=minutes), person, "test"
    )


def press(desk: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Press a button of the board."""
    return desk.post(path, data={"csrf_token": csrf(desk.get("/desk").text), **fields})


def row(desk: FlaskClient, visit_id: str, path: str = "/desk") -> str:
    """What the board says of one visit."""
    html = desk.get(path).text
    found = re.search(rf'<tr id="v-{visit_id}">(.*?)</tr>', html, re.S)
    assert found, "the visit is not on this page of the board"
    return words(found[1])


def on_day(at: datetime) -> str:
    """The address of the board of a day."""
    return f"/desk?day={at.date().isoformat()}"

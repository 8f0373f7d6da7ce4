"""The page where the practice chooses its calendar and its reminders."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake_app.core.runtime import Runtime
from intake_app.front_desk import mailer
from intake_app.front_desk.mailer import LetterRules
from tests.support.html_pages import words
from tests.support.people import csrf

FILE = Path(__file__).parents[2] / "ical" / "calendars" / "issue_48_dst.ics"


@pytest.fixture
def runtime(runtime: Runtime) -> Runtime:
    """A Monday of Google's weekly appointments."""
    object.__setattr__(runtime, "clock", lambda: datetime(2021, 3, 15, 12, tzinfo=UTC))
    return runtime


def upload(person: FlaskClient, path: str, data: bytes, address: str = "") -> TestResponse:
    fields = {"csrf_token": csrf(person.get("/desk").text), "address": address}
    return person.post(path, data={**fields, "file": (io.BytesIO(data), "calendar.ics")})


def test_a_calendar_file_becomes_visits_after_a_look(runtime: Runtime, donna: FlaskClient) -> None:
    answer = upload(donna, "/desk/rules/calendar", FILE.read_bytes())
    assert answer.location == "/desk/rules/calendar/preview"
    page = donna.get(f"{answer.location}?name=title&therapist=none&contact=none").text
    assert "Mon 15 Mar, 12:30 PM Event#3" in words(page)
    taken = donna.post("/desk/rules/calendar/accept", data=hidden(page))
    assert taken.location == "/desk"
    assert "12:30 PM" in words(donna.get("/desk").text)
    assert "Read from a file" in donna.get("/desk/rules").text
    donna.post("/desk/rules/calendar/stop", data={"csrf_token": csrf(page)})
    assert "Stop reading" not in donna.get("/desk/rules").text


def test_the_first_look_can_be_taken_as_it_stands(runtime: Runtime, donna: FlaskClient) -> None:
    answer = upload(donna, "/desk/rules/calendar", FILE.read_bytes())
    donna.post("/desk/rules/calendar/accept", data=hidden(donna.get(answer.location or "").text))
    assert "12:30 PM" in words(donna.get("/desk").text)


def hidden(page: str) -> dict[str, str]:
    form = page.partition("/calendar/accept")[2]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


@pytest.mark.parametrize(
    ("address", "data", "says"),
    [
        ("", b"", "Paste the address, or choose a file."),
        ("", b"hello", "This is not a calendar that can be read."),
        ("http://example.org/a.ics", b"", "This is not an address that a calendar can have."),
        ("https://10.1.2.3/a.ics", b"", "inside a private network"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_said_beside_it(
    donna: FlaskClient, address: str, data: bytes, says: str
) -> None:
    fields = {"csrf_token": csrf(donna.get("/desk").text), "address": address}
    more = {"file": (io.BytesIO(data), "calendar.ics")} if data else {}
    page = donna.post(
        "/desk/rules/calendar", data={**fields, **more}, content_type="multipart/form-data"
    )
    assert page.status_code == 422
    assert says in page.text and f'value="{address}"' in page.text


def test_no_other_page_takes_a_file(donna: FlaskClient) -> None:
    assert upload(donna, "/desk/rules/letters", b"x").status_code == 415
    assert upload(donna, "/desk/visits/new", b"x").status_code == 415


def test_reminders_are_set(runtime: Runtime, donna: FlaskClient) -> None:
    token = csrf(donna.get("/desk/rules").text)
    answer = donna.post(
        "/desk/rules/letters", data={"csrf_token": token, "reminder_hours": "48", "invite": "yes"}
    )
    assert answer.location == "/desk/rules"
    assert mailer.load_rules(runtime) == LetterRules(48, True)
    wrong = donna.post(
        "/desk/rules/letters", data={"csrf_token": token, "reminder_hours": "often", "invite": "no"}
    )
    assert (
        wrong.status_code == 422
        and "Write whole hours" in wrong.text
        and 'value="often"' in wrong.text
    )


def test_the_desk_does_not_choose_the_calendar(desk: FlaskClient) -> None:
    assert desk.get("/desk/rules").status_code == 403
    assert "/desk/rules" not in desk.get("/desk").text

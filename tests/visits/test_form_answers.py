"""What the practice knows of a visit stands in the form, and the date of birth does not."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, links
from intake_app.questionnaire import released
from intake_app.visits.form_answers import answers_of
from intake_app.visits.person import ExpectedClient
from tests.support import front_desk, tablet
from tests.support.definitions import FORM, FORM_1
from tests.support.forms import page_of
from tests.support.people import Staff
from tests.support.runtimes import new_browser

ANA = ExpectedClient("Ana Moreno", "Donna", "920 555 0177", "ana@example.org", "1955-03-14")
KNOWN = {
    "id.first_name": "Ana",
    "id.last_name": "Moreno",
    "id.phone": "+19205550177",
    "id.email": "ana@example.org",
}
TODAY = date(2026, 11, 20)
FORM_2 = released(FORM, "2.0.0", draft=True)


@pytest.mark.parametrize("form", [FORM_1, FORM_2], ids=lambda form: form.version)
def test_name_phone_and_email_are_known_and_the_birth_date_is_not(form: Any) -> None:
    assert answers_of(ANA, form, TODAY) == KNOWN


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ana Moreno", "Ana", "Moreno"),
        ("ana van der Berg", "Ana", "van der Berg"),
        ("Dr. Ana Moreno", "Ana", "Moreno"),
        ("Ana Moreno, LMT", "Ana", "Moreno"),
        ("Moreno, Ana", "Ana", "Moreno"),
        ("Moreno, Ana Maria", "Ana Maria", "Moreno"),
        ("Siobhán O’Neill-Núñez", "Siobhán", "O’Neill-Núñez"),
        ("Cher", "Cher", ""),
        ("Mr. and Mrs. Moreno", "", ""),
        ("Moreno Lopez, Ana", "", ""),
        ("Ana Moreno (60 min)", "", ""),
        ("Ana Moreno 60", "", ""),
        ("Ana & Ben Moreno", "", ""),
        ("Dr.", "", ""),
        ("?", "", ""),
        ("", "", ""),
    ],
)
def test_a_name_is_taken_apart_only_where_it_is_plain(name: str, first: str, last: str) -> None:
    assert ExpectedClient(name).given_and_family == (first, last)


@pytest.mark.parametrize("phone", ["", "555 0134", "call Ana", "920 555 0134 ext. 5", "0" * 50])
def test_a_phone_number_that_is_none_is_left_out(phone: str) -> None:
    assert "id.phone" not in answers_of(ExpectedClient("Ana Moreno", phone=phone), FORM_1, TODAY)


@pytest.mark.parametrize("email", ["", "ana", "ana@home", "a" * 300 + "@example.org"])
def test_an_email_address_that_is_none_is_left_out(email: str) -> None:
    assert "id.email" not in answers_of(ExpectedClient("Ana", email=email), FORM_1, TODAY)


def test_the_link_of_a_visit_opens_a_form_with_what_is_known(
    runtime: Runtime, practice: Staff
) -> None:
    visit = front_desk.expect(runtime, ANA)
    token = links.redeem(runtime, links.new_link(runtime, visit, "desk"))
    draft = drafts.open_draft(runtime, token or "", "")
    assert draft is not None
    assert draft.state.answers == KNOWN
    assert draft.state.done == ()


def test_what_is_known_is_shown_on_the_tablet_and_can_be_changed(
    app: Flask, runtime: Runtime, practice: Staff, desk: FlaskClient
) -> None:
    waiting_room = tablet.pair(app, practice)
    tablet.send(desk, front_desk.expect(runtime, ANA))
    tablet.tap(waiting_room, "/kiosk/start")
    boxes = dict(page_of(waiting_room, "/intake/step/name").form.values())
    assert (boxes["id-first_name"], boxes["id-last_name"]) == ("Ana", "Moreno")
    assert [boxes[f"id-dob-{box}"] for box in ("month", "day", "year")] == ["", "", ""]
    date_of_birth = {"id__dob-month": "3", "id__dob-day": "14", "id__dob-year": "1955"}
    answer = tablet.write(
        waiting_room, "name", id__first_name="Anna", id__last_name="Moreno", **date_of_birth
    )
    assert answer.status_code == 303
    assert 'value="Anna"' in waiting_room.get("/intake/step/name").text


def test_nobody_sees_it_before_they_named_the_date_of_birth(
    app: Flask, runtime: Runtime, practice: Staff
) -> None:
    link = links.new_link(runtime, front_desk.expect(runtime, ANA), "desk")
    phone = new_browser(app)
    token = page_of(phone, "/i").form.values()
    phone.post("/i", data={**dict(token), "code": link})
    shown = phone.get("/intake", follow_redirects=True).text
    assert "date of birth" in shown
    for known in ("Moreno", "0177", "ana@example.org", "1955-03-14"):
        assert known not in shown

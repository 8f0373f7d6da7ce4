"""The paper fallback: the blank form, and the half-done one with the same numbers."""

import re

from flask import Flask
from flask.testing import FlaskClient

from intake_app.house import House
from intake_app.questionnaire import latest
from intake_app.services import drafts
from tests.conftest import new_browser
from tests.factories import Staff, csrf
from tests.tablet import write

BORN = {"id-dob-month": "3", "id-dob-day": "14", "id-dob-year": "1955"}


def numbers(html: str) -> dict[str, str]:
    """Number -> question, as printed."""
    found = re.findall(r"<dt><b>([\d.]+)</b> ([^<]+)", html)
    return {number: text.strip() for number, text in found}


def test_the_blank_form_has_every_question_once_with_a_number(browser: FlaskClient, practice: Staff) -> None:
    page = browser.get("/paper").text
    assert len(numbers(page)) == len(latest(drafts.NAME).items)
    assert "Print this form" in page and "Signature" in page


def test_the_half_done_form_keeps_numbers_and_shows_what_was_typed(app: Flask, house: House, practice: Staff) -> None:
    ana = new_browser(app)
    ana.post("/", data={"csrf_token": csrf(ana.get("/").text)})
    write(ana, "name", id__first_name="Ana", id__last_name="CANARY", **BORN)
    half, blank = ana.get("/intake/paper").text, ana.get("/paper").text
    assert "<b>CANARY</b>" in half and "CANARY" not in blank
    assert numbers(half).items() <= numbers(blank).items() and len(numbers(half)) < len(numbers(blank))


def test_nobody_else_can_print_what_was_typed(app: Flask, practice: Staff) -> None:
    assert new_browser(app).get("/intake/paper").location == "/i"

"""The paper fallback: the blank form, and the half-done one with the same numbers."""

import re

from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from tests.support.definitions import FORM_1
from tests.support.front_desk import ANA, expect
from tests.support.people import DORA, Staff, csrf, knows
from tests.support.runtimes import new_browser
from tests.support.tablet import pair, send, tap, write

BORN = {"id-dob-month": "3", "id-dob-day": "14", "id-dob-year": "1955"}


def numbers(html: str) -> dict[str, str]:
    """Number -> question, as printed."""
    found = re.findall(r"<dt><b>([\d.]+)</b> ([^<]+)", html)
    return {number: text.strip() for number, text in found}


def test_the_blank_form_has_every_question_once_with_a_number(
    browser: FlaskClient, practice: Staff
) -> None:
    page = browser.get("/paper").text
    assert len(numbers(page)) == len(FORM_1.items)
    assert "Print this form" in page and "Signature" in page


def test_the_half_done_form_keeps_numbers_and_shows_what_was_typed(
    app: Flask, runtime: Runtime, practice: Staff
) -> None:
    ana = new_browser(app)
    ana.post("/", data={"csrf_token": csrf(ana.get("/").text)})
    write(ana, "name", id__first_name="Ana", id__last_name="CANARY", **BORN)
    half, blank = ana.get("/intake/paper").text, ana.get("/paper").text
    assert "<b>CANARY</b>" in half and "CANARY" not in blank
    assert numbers(half).items() <= numbers(blank).items() and len(numbers(half)) < len(
        numbers(blank)
    )


def test_the_half_done_form_holds_what_is_typed_on_the_page_that_is_open(
    app: Flask, practice: Staff
) -> None:
    ana = new_browser(app)
    ana.post("/", data={"csrf_token": csrf(ana.get("/").text)})
    write(ana, "name", id__first_name="Ana", id__last_name="CANARY")
    assert "<b>CANARY</b>" in ana.get("/intake/paper").text


def test_the_half_done_form_does_not_hold_what_was_taken_back(app: Flask, practice: Staff) -> None:
    ana = new_browser(app)
    ana.post("/", data={"csrf_token": csrf(ana.get("/").text)})
    write(
        ana,
        "name",
        id__first_name="Ana",
        id__last_name="Moreno",
        id__preferred_name="CANARY",
        **BORN,
    )
    assert "<b>CANARY</b>" in ana.get("/intake/paper").text
    write(ana, "name", id__first_name="Ana", id__last_name="", id__preferred_name="", **BORN)
    assert "CANARY" not in ana.get("/intake/paper").text


def test_a_client_prints_at_the_tablet_and_nobody_after_them(
    app: Flask, runtime: Runtime, desk: FlaskClient
) -> None:
    tablet = pair(app, knows(DORA))
    send(desk, expect(runtime, ANA))
    tap(tablet, "/kiosk/start")
    write(tablet, "name", id__first_name="Ana", id__last_name="CANARY", **BORN)
    assert "Go on on paper" in tablet.get("/intake/step/name").text
    page = tablet.get("/intake/paper").text
    assert (
        "<b>CANARY</b>" in page and "take the sheet yourself" in page and 'href="/intake"' in page
    )
    tablet.get("/kiosk/away")
    assert tablet.get("/intake/paper").location == "/kiosk"


def test_nobody_else_can_print_what_was_typed(app: Flask, practice: Staff) -> None:
    assert new_browser(app).get("/intake/paper").location == "/i"

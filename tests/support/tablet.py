"""A tablet of the practice, for tests: paired by the desk, sent a client, walked with."""

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake_app.visits.person import ExpectedClient
from tests.support.people import Staff, csrf, sign_in
from tests.support.runtimes import new_browser

BORN = ExpectedClient("Ana Moreno", "Donna Reyes", birth_date="1955-03-14")


def pair(app: Flask, who: Staff, name: str = "Waiting room") -> FlaskClient:
    """Somebody signs in on a new device and makes it a tablet."""
    device = new_browser(app)
    sign_in(device, who)
    answer = device.post(
        "/tablets/pair", data={"csrf_token": csrf(device.get("/tablets").text), "name": name}
    )
    assert answer.status_code == 303, answer.text
    return device


def send(desk: FlaskClient, visit_id: str, tablet: str = "") -> TestResponse:
    """The desk presses “To a tablet”."""
    fields = {"csrf_token": csrf(desk.get("/desk").text), **({"tablet": tablet} if tablet else {})}
    return desk.post(f"/tablets/send/{visit_id}", data=fields)


def tap(tablet: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Press a button of the kiosk, with whom its page greets."""
    found = re.search(r'name="guest" value="(\w+)"', tablet.get("/kiosk").text)
    greeted = {"guest": found[1]} if found else {}
    return tablet.post(
        path, data={"csrf_token": csrf(tablet.get("/kiosk/code").text), **greeted, **fields}
    )


def cookie(browser: FlaskClient, name: str) -> str:
    """A cookie of this browser, empty without one."""
    found = browser.get_cookie(name)
    return found.value if found else ""


def leave_half_way(tablet: FlaskClient) -> TestResponse:
    """Whoever was sent sits down, types “CANARY”, and goes.

    Returns the page that puts their form away.
    """
    tap(tablet, "/kiosk/start")
    write(tablet, "name", id__first_name="CANARY", id__last_name="Moreno")
    return tablet.get("/kiosk/away")


def heading(answer: TestResponse) -> str:
    """What a page says first."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.S)
    return re.sub(r"<[^>]+>|\s+", " ", found[1]).strip() if found else ""


def write(browser: FlaskClient, step: str, **typed: str) -> TestResponse:
    """Fill boxes of a step and press Continue."""
    page = browser.get(f"/intake/step/{step}")
    hidden = dict(
        re.findall(r'<input type="hidden" name="(\w+)"(?: id="seq")? value="([^"]*)"', page.text)
    )
    return browser.post(
        f"/intake/step/{step}",
        data={**hidden, **{k.replace("__", "-"): v for k, v in typed.items()}},
    )

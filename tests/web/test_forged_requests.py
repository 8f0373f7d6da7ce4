"""A form counts only when it comes from a page that was given to this very browser."""

import time
from datetime import UTC, datetime

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import URLSafeTimedSerializer

from intake_app.core.runtime import Runtime
from tests.support.people import Staff, csrf
from tests.support.runtimes import new_browser

COOKIE = "__Host-session"


def begins(browser: FlaskClient, token: str) -> int:
    """The status of starting a form with what stood in a page."""
    return browser.post("/", data={"csrf_token": token}).status_code


def page(browser: FlaskClient) -> str:
    """What the start page gives this browser to send back."""
    return csrf(browser.get("/").text)


def secret_of(browser: FlaskClient) -> str:
    """What this browser keeps."""
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def test_every_page_of_this_browser_counts(app: Flask, practice: Staff) -> None:
    ana = new_browser(app)
    first, second = page(ana), page(ana)
    assert [begins(ana, first), begins(ana, second)] == [303, 303]


def test_a_page_that_another_web_process_drew_last_week_counts_too(
    app: Flask, runtime: Runtime, practice: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = new_browser(app)
    today = page(ana)
    with monkeypatch.context() as last_week:
        last_week.setattr(time, "time", lambda: datetime(2026, 11, 13, tzinfo=UTC).timestamp())
        drawn = URLSafeTimedSerializer(runtime.keys.csrf, salt="wtf-csrf-token").dumps(
            secret_of(ana)
        )
    assert drawn != today
    assert begins(ana, str(drawn)) == 303


def test_what_an_outsider_was_given_does_not_count_for_ana(app: Flask, practice: Staff) -> None:
    ana, outsider = new_browser(app), new_browser(app)
    page(ana)
    assert begins(ana, page(outsider)) == 400


@pytest.mark.parametrize("planted", ["", "0" * 39, "g" * 40, "0" * 40 + "\n", "<script>"])
def test_a_secret_that_is_none_is_replaced(app: Flask, practice: Staff, planted: str) -> None:
    ana = new_browser(app)
    ana.set_cookie(COOKIE, planted, secure=True)
    assert begins(ana, page(ana)) == 303


def test_the_bare_secret_is_not_what_a_form_must_send(app: Flask, practice: Staff) -> None:
    ana = new_browser(app)
    page(ana)
    assert [begins(ana, secret_of(ana)), begins(ana, "")] == [400, 400]


def test_a_page_that_is_drawn_after_the_wipe_of_a_tablet_counts(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": f"{COOKIE}={'0' * 40}"}):
        before = generate_csrf()
        session.clear()
        assert generate_csrf() != before
        validate_csrf(generate_csrf())

"""No answer, name or token in a log at any level, in an error page or in a header:
canaries sent to every route.
"""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.logs import JsonLines, log
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from tests.support.people import Staff, csrf
from tests.support.runtimes import new_browser
from tests.web.test_access import address, routes

CANARY = "Zebrafinch-Quokkawitz"
ALLOWED = {"time", "level", "event", "kind", "number", "route", "where", "method", "status", "ms"}


@pytest.fixture
def lines() -> Iterator[Callable[[], list[str]]]:
    """Everything that all libraries say, at DEBUG, as our log would write it."""
    written, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(written), root.level
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    log.setLevel(logging.DEBUG)
    yield lambda: written.getvalue().splitlines()
    root.removeHandler(handler)
    root.setLevel(before)
    log.setLevel(logging.NOTSET)


def send(browser: FlaskClient, path: str, method: str, token: str) -> str:
    """A request with the canary in address, fields and headers.

    Returns the headers, and the words of an error page.
    """
    fields = dict.fromkeys(
        ("code", "name", "sign_in_name", "passphrase", "text", "v-reason", "reason"), CANARY
    )
    answer = browser.open(
        f"{path}?{CANARY}={CANARY}" if method == "GET" else path,
        method=method,
        data={"csrf_token": token, **fields} if method == "POST" else None,
        headers={
            "User-Agent": CANARY,
            "Referer": f"https://localhost/{CANARY}",
            "X-Request-Id": CANARY,
        },
    )
    return str(answer.headers) + (
        answer.text if answer.status_code >= 400 and answer.status_code != 422 else ""
    )


def test_no_route_writes_down_what_it_was_sent(
    app: Flask, runtime: Runtime, donna: FlaskClient, lines: Callable[[], list[str]]
) -> None:
    token, browser = drafts.create_invited(runtime, CANARY, None, by="test"), drafts.new_browser()
    client = new_browser(app)
    client.set_cookie("__Host-intake", f"{token}.{browser}", secure=True)
    said = ""
    for who in (client, donna):
        crumb = csrf(who.get("/i").text)
        for rule, method in routes(app):
            if rule.endpoint != "sign_in.sign_out":
                said += send(who, address(rule), method, crumb)
        said += send(who, f"/nowhere/{CANARY}", "GET", crumb)
    found = lines()
    assert len(found) > 100
    assert [line for line in found if CANARY.lower() in line.lower() or token in line] == []
    assert {key for line in found for key in json.loads(line)} <= ALLOWED
    assert CANARY not in said
    assert token not in said


def test_a_crash_is_a_calm_page_with_a_number_and_the_log_names_its_kind_only(
    app: Flask, practice: Staff, lines: Callable[[], list[str]]
) -> None:
    @app.post("/crash")
    def crash() -> str:
        from flask import request

        raise ValueError(request.form["v-reason"])

    crash.audience = "public"  # type: ignore[attr-defined]
    browser = new_browser(app)
    data = {"csrf_token": csrf(browser.get("/").text), "v-reason": CANARY}
    answer = browser.post("/crash", data=data)
    number = re.search(r"number ([0-9a-f]{8})", answer.text)
    assert answer.status_code == 500
    assert number
    assert CANARY not in answer.text
    errors = [json.loads(line) for line in lines() if '"level": "error"' in line]
    assert [(one["kind"], one["number"], one["route"]) for one in errors] == [
        ("ValueError", number[1], "crash")
    ]
    assert CANARY not in "".join(lines())


def test_one_record_is_one_line_in_utc_whatever_it_holds(lines: Callable[[], list[str]]) -> None:
    log.error("error", extra={"kind": "a\r\nforged line", "route": "ok", "answer": CANARY})
    logging.getLogger("weasyprint").error("Failed to load %s\n", CANARY)
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("sqlalchemy").exception("Oh: %s", CANARY)
    own, foreign, failed = (json.loads(line) for line in lines())
    assert (own["kind"], own["route"], own["event"]) == ("?", "ok", "error")
    assert "answer" not in own
    assert foreign["event"] == "library"
    assert foreign["where"].startswith("weasyprint test_silent_logs:")
    assert failed["kind"] == "ValueError"
    assert datetime.fromisoformat(own["time"]).utcoffset() == timedelta(0)

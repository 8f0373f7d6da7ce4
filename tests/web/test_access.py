"""Every route, and everybody who might knock: the route table times the roles, deny by default.

New routes are covered by their @audience.
What the front desk may reach is listed by name, so that it cannot grow unseen.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from intake_app.web.access import ROLES, audience_of
from tests.support.people import DONNA, DORA, ROSA, Staff, csrf, hire, knows, sign_in
from tests.support.runtimes import new_browser

WHO = ("nobody", "client", "desk", "therapist", "owner")
STAFF = {"desk": DORA, "therapist": ROSA, "owner": DONNA}
DESK = {
    "own_account.add_passkey",
    "own_account.add_phone",
    "own_account.ask_passphrase",
    "own_account.change_passphrase",
    "own_account.end_session",
    "own_account.home",
    "own_account.seconds_left",
    "own_account.recovery_codes",
    "own_account.remove_factor",
    "own_account.second_step",
    "front_desk.add_visit",
    "front_desk.ask_last_answers",
    "front_desk.board",
    "front_desk.change_visit",
    "front_desk.link",
    "front_desk.mark_visit",
    "front_desk.new_visit",
    "front_desk.nudge",
    "front_desk.remove_visit",
    "front_desk.start_anew",
    "front_desk.visit",
    "sign_in.home",
    "tablets.answer_call",
    "tablets.list_all",
    "tablets.lock_down",
    "tablets.pair",
    "tablets.send",
    "tablets.unpair",
}


@pytest.fixture
def visitors(app: Flask, runtime: object, practice: Staff) -> dict[str, Callable[[], FlaskClient]]:
    """A fresh browser for each kind of person."""
    for who in (ROSA, DORA):
        hire(app.extensions["runtime"], who)

    def come(kind: str) -> FlaskClient:
        browser = new_browser(app)
        if kind == "client":
            browser.post("/", data={"csrf_token": csrf(browser.get("/").text)})
            assert browser.get_cookie("__Host-intake"), "not a client: this test proves nothing"
        if kind in STAFF:
            sign_in(browser, knows(STAFF[kind]))
        return browser

    return {kind: lambda kind=kind: come(kind) for kind in WHO}


def address(rule: Rule) -> str:
    """The route's address with a made-up value for each part that varies."""
    return re.sub(r"<([^>]+)>", lambda part: _value(part[1]), rule.rule)


def _value(part: str) -> str:
    """A value that fits `string(length=32):record_id`, `int:number` or `name`."""
    length = re.search(r"length=(\d+)", part)
    return "0" * int(length[1]) if length else "1" if part.startswith("int") else "a"


def routes(app: Flask) -> list[tuple[Rule, str]]:
    """Every rule with each method that does something."""
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods & {"GET", "POST"})
    ]
    return [(rule, method) for rule, method in found if rule.endpoint != "static"]


def twice(answer: TestResponse) -> list[str]:
    """The headers that an answer carries more than once, but for those that may."""
    names = [
        name.title() for name, _ in answer.headers if name.title() not in {"Set-Cookie", "Vary"}
    ]
    return sorted({name for name in names if names.count(name) > 1})


def test_every_page_that_a_template_leads_to_is_there(app: Flask) -> None:
    templates = Path(app.root_path, app.template_folder or "").rglob("*.html")
    named = {
        (template.name, endpoint)
        for template in templates
        for endpoint in re.findall(r"""url_for\(["']([\w.]+)["']""", template.read_text())
    }
    assert len(named) > 100, "the pattern finds no addresses: this test proves nothing"
    assert {pair for pair in named if pair[1] not in app.view_functions} == set()


def test_no_route_is_undeclared(app: Flask) -> None:
    assert [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if audience_of(app, rule.endpoint) is None
    ] == []


@pytest.mark.parametrize("kind", WHO)
def test_a_route_lets_in_its_audience_and_nobody_else(
    app: Flask, visitors: dict[str, Callable[[], FlaskClient]], kind: str
) -> None:
    browser, wrong = visitors[kind](), []
    token = csrf(browser.get("/sign-in/sheet").text)
    for rule, method in routes(app):
        who = audience_of(app, rule.endpoint)
        if who not in ROLES or rule.endpoint in {"sign_in.sign_out"}:
            continue
        answer = browser.open(
            address(rule), method=method, data={"csrf_token": token} if method == "POST" else None
        )
        refused = answer.status_code == 403 or answer.location in ("/sign-in", "/sign-in?lost=1")
        if refused == (kind in ROLES[who]) or twice(answer):
            wrong.append((method, rule.rule, who, answer.status_code, twice(answer)))
    assert wrong == []


def test_what_the_front_desk_reaches_is_this_and_no_more(app: Flask) -> None:
    reached = {
        rule.endpoint
        for rule, _ in routes(app)
        if "desk" in ROLES.get(audience_of(app, rule.endpoint) or "", ())
    }
    assert reached == DESK


def test_a_view_that_forgot_to_say_for_whom_it_is_answers_nobody(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = new_browser(app).get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_the_set_up_is_gone_once_the_practice_exists(app: Flask, practice: Staff) -> None:
    browser = new_browser(app)
    token = csrf(browser.get("/sign-in").text)
    for rule, method in routes(app):
        if audience_of(app, rule.endpoint) == "setup":
            data = {"csrf_token": token} if method == "POST" else None
            assert browser.open(address(rule), method=method, data=data).status_code == 404, (
                rule.rule
            )

"""Inviting, joining, helping and closing, in a browser without JavaScript."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from intake_app.accounts import members
from intake_app.accounts.sessions import CONFIRMED
from intake_app.core.runtime import Runtime
from intake_app.models.engine import transaction
from intake_app.models.staff import Practitioner, StaffSession
from tests.support.forms import post
from tests.support.people import DONNA, DORA, ROSA, Account, Staff, csrf, knows, sign_in
from tests.support.runtimes import new_browser

NEW = "a garden gate with ivy"


def code_on(answer: TestResponse) -> str:
    found = re.search(r'class="lead"><code translate="no">([^<]+)</code>', answer.text)
    assert found, answer.text
    return unescape(found[1])


def person_id(runtime: Runtime, who: Account) -> str:
    return next(
        one.id for one in members.list_members(runtime) if one.sign_in_name == who.sign_in_name
    )


@pytest.fixture
def newcomer(app: Flask) -> FlaskClient:
    """The browser of somebody who was given a code."""
    return new_browser(app)


def join(browser: FlaskClient, code: str, **typed: str) -> TestResponse:
    """From the link to the sign-in page."""
    asked = post(browser, "/join", "/join", code=code)
    assert asked.status_code == 200, asked.text
    fields = {
        "csrf_token": csrf(asked.text),
        "code": code,
        "passphrase": NEW,
        "again": NEW,
        **typed,
    }
    return browser.post("/join/finish", data=fields)


def test_donna_invites_a_colleague_who_chooses_everything_themselves(
    donna: FlaskClient, newcomer: FlaskClient
) -> None:
    shown = post(donna, "/people/new", "/people/new", name="Rosa Lindqvist", role="therapist")
    code = code_on(shown)
    assert f"/join#{code}" in shown.text
    assert "Welcome, Rosa Lindqvist" in post(newcomer, "/join", "/join", code=code).text
    done = join(newcomer, code, sign_in_name="Rosa")
    assert (done.status_code, done.location) == (303, "/sign-in?ready=2")
    assert "Rosa Lindqvist" in donna.get("/people").text
    assert code not in donna.get("/people").text


def test_a_link_shows_nothing_and_changes_nothing_by_being_opened(
    donna: FlaskClient, newcomer: FlaskClient
) -> None:
    code = code_on(post(donna, "/people/new", "/people/new", name="Rosa", role="therapist"))
    assert "Rosa" not in newcomer.get("/join").text
    assert newcomer.get("/join/finish").status_code == 405
    assert join(newcomer, code, sign_in_name="Rosa").status_code == 303


def test_a_used_or_mistyped_code_is_said_plainly(donna: FlaskClient, newcomer: FlaskClient) -> None:
    code = code_on(post(donna, "/people/new", "/people/new", name="Rosa", role="therapist"))
    join(newcomer, code, sign_in_name="Rosa")
    for wrong in (code, "x" * 22):
        answer = post(newcomer, "/join", "/join", code=wrong)
        assert answer.status_code == 422
        assert "Ask for a new one" in answer.text


def test_a_taken_name_and_a_weak_passphrase_are_named_and_what_was_typed_stays(
    donna: FlaskClient, newcomer: FlaskClient
) -> None:
    code = code_on(post(donna, "/people/new", "/people/new", name="Rosa", role="therapist"))
    taken = join(newcomer, code, sign_in_name="donna")
    assert taken.status_code == 422
    assert "signs in with this name already" in taken.text
    weak = join(newcomer, code, sign_in_name="rosa", passphrase="short", again="short")
    assert weak.status_code == 422
    assert "at least 15 characters" in weak.text
    assert 'value="rosa"' in weak.text
    assert "short" not in re.sub(r"[Ss]hort, for", "", weak.text)
    assert join(newcomer, code, sign_in_name="rosa").status_code == 303


def test_only_owners_invite_close_and_reset_and_the_desk_sees_nobody(
    donna: FlaskClient, colleague: FlaskClient, desk: FlaskClient, runtime: Runtime
) -> None:
    dora = person_id(runtime, DORA)
    assert colleague.get("/people").status_code == 200
    assert "Invite somebody" not in colleague.get("/people").text
    for path in ("/people/new", f"/people/{dora}/close"):
        assert colleague.get(path).status_code == 403
    assert post(colleague, "/people", f"/people/{dora}/second-step").status_code == 403
    for path in ("/people", "/people/new", f"/people/{dora}/close"):
        assert desk.get(path).status_code == 403


def test_a_colleague_helps_with_a_forgotten_passphrase(
    colleague: FlaskClient, newcomer: FlaskClient, runtime: Runtime
) -> None:
    donna_id = person_id(runtime, DONNA)
    code = code_on(post(colleague, "/people", f"/people/{donna_id}/passphrase"))
    assert "Hello again, Donna Reyes" in post(newcomer, "/join", "/join", code=code).text
    assert join(newcomer, code).location == "/sign-in?ready=2"
    sign_in(newcomer, replace(knows(DONNA), passphrase=NEW))
    assert newcomer.get("/records").status_code == 200


def test_the_recovery_sheet_does_the_same(browser: FlaskClient, practice: Staff) -> None:
    typed = {"sign_in_name": "donna", "passphrase": NEW, "again": NEW}
    wrong = post(browser, "/sign-in/sheet", "/sign-in/sheet", paper="AAAA BBBB", **typed)
    assert wrong.status_code == 422
    assert "Compare the sheet" in wrong.text
    assert 'value="AAAA BBBB"' in wrong.text
    done = post(browser, "/sign-in/sheet", "/sign-in/sheet", paper=practice.recovery, **typed)
    assert done.location == "/sign-in?ready=2"
    sign_in(browser, replace(practice, passphrase=NEW))
    assert browser.get("/records").status_code == 200


def test_closing_an_account_is_asked_once_more_and_then_ends_it(
    donna: FlaskClient, colleague: FlaskClient, runtime: Runtime
) -> None:
    rosa = person_id(runtime, ROSA)
    page = donna.get(f"/people/{rosa}/close")
    assert "change the practice key" in page.text
    assert colleague.get("/records").status_code == 200
    assert post(donna, f"/people/{rosa}/close", f"/people/{rosa}/close").location == "/people"
    assert colleague.get("/records").location == "/sign-in"
    assert "Account closed" in donna.get("/people").text
    assert donna.get(f"/people/{rosa}/close").status_code == 404


def test_donna_cannot_close_or_help_themselves_here(donna: FlaskClient, runtime: Runtime) -> None:
    me = person_id(runtime, DONNA)
    assert donna.get(f"/people/{me}/close").status_code == 404
    for act in ("close", "passphrase", "second-step"):
        assert post(donna, "/people", f"/people/{me}/{act}").status_code == 404


@pytest.fixture
def forgetful(runtime: Runtime, donna: FlaskClient) -> Callable[[], None]:
    """Lets more than five minutes go by since Donna typed their passphrase."""

    def wait() -> None:
        with transaction(runtime.engine, write=True) as session:
            session.execute(update(StaffSession).values(confirmed_at=runtime.clock() - CONFIRMED))

    return wait


def test_after_five_minutes_their_passphrase_is_asked_and_what_they_typed_goes_through(
    donna: FlaskClient, forgetful: Callable[[], None], runtime: Runtime, practice: Staff
) -> None:
    forgetful()
    asked = post(donna, "/people/new", "/people/new", name="Rosa", role="therapist")
    assert "Your passphrase once more" in asked.text
    typed = {"csrf_token": csrf(asked.text), "name": "Rosa", "role": "therapist"}
    assert 'name="name" value="Rosa"' in asked.text
    wrong = donna.post("/people/new", data={**typed, "confirm_passphrase": "not theirs"})
    assert wrong.status_code == 422
    assert "not theirs" not in wrong.text
    assert code_on(
        donna.post("/people/new", data={**typed, "confirm_passphrase": practice.passphrase})
    )


def test_a_browser_left_open_cannot_close_an_account(
    donna: FlaskClient, colleague: FlaskClient, forgetful: Callable[[], None], runtime: Runtime
) -> None:
    rosa = person_id(runtime, ROSA)
    forgetful()
    assert "once more" in post(donna, f"/people/{rosa}/close", f"/people/{rosa}/close").text
    with transaction(runtime.engine, write=False) as session:
        assert (
            session.scalars(select(Practitioner.disabled_at).where(Practitioner.id == rosa)).one()
            is None
        )

"""A form moves between the tablet and the client's own phone, in the middle:
nothing is lost, one device is dead.
"""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake_app.client_portal import page as mine
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, links
from intake_app.kiosk import device_transfer, sessions
from intake_app.models.engine import transaction
from tests.support import clients
from tests.support.front_desk import expect
from tests.support.html_pages import read
from tests.support.people import DORA, csrf, knows
from tests.support.runtimes import new_browser
from tests.support.tablet import BORN, cookie, heading, pair, send, tap, write


@pytest.fixture
def tablet(app: Flask, runtime: Runtime, desk: FlaskClient) -> FlaskClient:
    """Ana sits at the tablet and has typed their name."""
    tablet = pair(app, knows(DORA))
    send(desk, expect(runtime, BORN))
    tap(tablet, "/kiosk/start")
    write(tablet, "name", id__first_name="Ana", id__last_name="CANARY")
    return tablet


@pytest.fixture
def phone(app: Flask, runtime: Runtime, desk: FlaskClient) -> FlaskClient:
    """Ana's phone, with their name typed."""
    phone = new_browser(app)
    open_link(phone, links.new_link(runtime, expect(runtime, BORN), "test"))
    phone.post(
        "/intake/identity", data={"csrf_token": csrf(phone.get("/intake/identity").text), **BIRTH}
    )
    write(phone, "name", id__first_name="Ana", id__last_name="CANARY")
    return phone


BIRTH = {"month": "3", "day": "14", "year": "1955"}


def open_link(phone: FlaskClient, code: str) -> TestResponse:
    return phone.post("/i", data={"csrf_token": csrf(phone.get("/i").text), "code": code})


def scanned(runtime: Runtime, tablet: FlaskClient) -> str:
    """What the picture on the tablet says: made here the same way, for nobody can read an SVG."""
    page = tablet.get("/kiosk/phone").text
    assert "data:image/svg+xml" in unquote(page)
    token, _, browser = cookie(tablet, "__Host-intake").partition(".")
    draft = drafts.open_draft(runtime, token, browser)
    assert draft is not None
    return device_transfer.create_qr_code(runtime, draft)


def shown(phone: FlaskClient) -> str:
    """The code on the phone."""
    page = phone.post(
        "/intake/move", data=dict(read(phone.get("/intake/later").text).form.values())
    ).text
    found = re.search(r'id="the-code"[^>]*>([^<]+)<', page)
    assert found
    return found[1]


def test_from_the_tablet_to_the_phone(app: Flask, runtime: Runtime, tablet: FlaskClient) -> None:
    old, phone = cookie(tablet, "__Host-intake"), new_browser(app)
    assert open_link(phone, scanned(runtime, tablet)).location == "/intake"
    assert tablet.get("/intake/step/name").location == "/kiosk"
    assert tablet.get("/kiosk/pulse").json != {}
    thief = new_browser(app)
    thief.set_cookie("__Host-intake", old, secure=True)
    assert "CANARY" not in thief.get("/intake/step/name", follow_redirects=True).text
    phone.post(
        "/intake/identity", data={"csrf_token": csrf(phone.get("/intake/identity").text), **BIRTH}
    )
    assert "CANARY" in phone.get("/intake/step/name").text


def test_the_picture_counts_once(app: Flask, runtime: Runtime, tablet: FlaskClient) -> None:
    code = scanned(runtime, tablet)
    assert open_link(new_browser(app), code).status_code == 303
    assert open_link(new_browser(app), code).status_code == 404


def test_after_ten_minutes_the_picture_opens_nothing(
    app: Flask, runtime: Runtime, tablet: FlaskClient
) -> None:
    code, now = scanned(runtime, tablet), runtime.clock
    object.__setattr__(runtime, "clock", lambda: now() + timedelta(minutes=10))
    assert open_link(new_browser(app), code).status_code == 404


def test_a_stranger_who_scans_the_picture_is_asked_for_the_date_of_birth(
    app: Flask, runtime: Runtime, tablet: FlaskClient
) -> None:
    stranger = new_browser(app)
    open_link(stranger, scanned(runtime, tablet))
    assert stranger.get("/intake/step/name").location == "/intake/identity"


def test_a_tablet_that_missed_the_move_shows_and_changes_nothing(
    app: Flask, runtime: Runtime, tablet: FlaskClient
) -> None:
    page = tablet.get("/intake/step/name").text
    fields = dict(
        re.findall(r'<input type="hidden" name="(\w+)"(?: id="seq")? value="([^"]*)"', page)
    )
    open_link(new_browser(app), scanned(runtime, tablet))
    late = {**fields, "id-first_name": "Late", "seq": "9"}
    answer = tablet.post("/intake/step/name/autosave", data=late, headers={"HX-Request": "true"})
    assert answer.status_code == 410 and answer.text == ""
    assert tablet.get("/intake/check").location == "/kiosk"


def test_from_the_phone_to_the_tablet(app: Flask, phone: FlaskClient) -> None:
    tablet, old = pair(app, knows(DORA)), cookie(phone, "__Host-intake")
    assert tap(tablet, "/kiosk/code", code=shown(phone).lower()).location == "/intake"
    assert "CANARY" in tablet.get("/intake/step/name").text
    answer = phone.get("/intake/step/name", follow_redirects=True)
    assert (
        heading(answer) == "Your form is not on this device any more"
        and "CANARY" not in answer.text
    )
    assert cookie(phone, "__Host-intake") == "" and old


def test_the_page_with_the_code_leaves_by_itself(app: Flask, phone: FlaskClient) -> None:
    tablet, code = pair(app, knows(DORA)), shown(phone)
    ask = {"HX-Request": "true"}
    assert "HX-Redirect" not in phone.get("/intake/moved", headers=ask).headers
    tap(tablet, "/kiosk/code", code=code)
    assert phone.get("/intake/moved", headers=ask).headers["HX-Redirect"] == "/intake/moved"


def test_after_five_wrong_codes_a_new_one_is_needed_and_nothing_is_lost(
    app: Flask, phone: FlaskClient
) -> None:
    tablet, code = pair(app, knows(DORA)), shown(phone)
    for left in (4, 3, 2, 1):
        answer = tap(tablet, "/kiosk/code", code="AAAA AAAA")
        assert f"{left} more tr" in answer.text
    assert "wrong five times" in tap(tablet, "/kiosk/code", code="AAAA AAAA").text
    assert tap(tablet, "/kiosk/code", code=code).status_code == 422
    assert "CANARY" in phone.get("/intake/step/name").text
    assert tap(tablet, "/kiosk/code", code=shown(phone)).location == "/intake"


def test_links_that_were_sent_open_the_form_after_it_moved(
    app: Flask, runtime: Runtime, desk: FlaskClient
) -> None:
    link, tablet = (
        links.new_link(runtime, visit := expect(runtime, BORN), "test"),
        pair(app, knows(DORA)),
    )
    send(desk, visit)
    tap(tablet, "/kiosk/start")
    write(tablet, "name", id__first_name="Ana", id__last_name="CANARY")
    open_link(new_browser(app), scanned(runtime, tablet))
    assert open_link(new_browser(app), link).location == "/intake"


def test_a_form_that_was_begun_on_a_phone_comes_to_a_tablet_by_code_only(
    app: Flask, runtime: Runtime, desk: FlaskClient
) -> None:
    visit, tablet = expect(runtime, BORN), pair(app, knows(DORA))
    open_link(new_browser(app), links.new_link(runtime, visit, "test"))
    send(desk, visit)
    answer = tap(tablet, "/kiosk/start")
    assert answer.status_code == 409 and heading(answer) == "You began on another device"


def test_the_signed_form_gives_its_copy_to_the_phone_and_none_to_the_tablet(
    app: Flask, runtime: Runtime, desk: FlaskClient
) -> None:
    visit, tablet, phone = expect(runtime, BORN), pair(app, knows(DORA)), new_browser(app)
    send(desk, visit)
    tap(tablet, "/kiosk/start")
    token, _, browser = cookie(tablet, "__Host-intake").partition(".")
    clients.complete(runtime, token, browser, clients.made_up_clients()[0])
    for _ in range(5):  # on a slow machine the paper may need another try, which this page makes
        assert heading(tablet.get("/intake/done")) == "Thank you. Please hand the tablet back."
        if mine.open_page(runtime, token, "") is not None:
            break
    assert tablet.get("/intake/copy").location == "/kiosk/phone"
    assert heading(tablet.get("/kiosk/copy")) == "Your copy, on your own phone"
    assert open_link(phone, token).location == "/mine"
    assert phone.get("/intake/copy").location == "/mine/identity"
    year, month, day = clients.made_up_clients()[0]["id.dob"].split("-")
    born = {
        "csrf_token": csrf(phone.get("/mine/identity").text),
        "year": year,
        "month": month,
        "day": day,
    }
    assert phone.post("/mine/identity", data=born).location == "/mine"
    assert phone.get("/intake/copy").data[:5] == b"%PDF-"
    tablet.get("/kiosk/away")
    assert tablet.get("/kiosk/copy").location == "/kiosk"


def test_the_database_holds_no_token_in_clear(runtime: Runtime, tablet: FlaskClient) -> None:
    code = scanned(runtime, tablet)
    token = cookie(tablet, "__Host-intake").partition(".")[0]
    with transaction(runtime.engine, write=False):
        stored = (runtime.settings.data / "intake.db").read_bytes()
        stored += (runtime.settings.data / "intake.db-wal").read_bytes()
    for secret in (code, token, cookie(tablet, "__Host-kiosk"), "CANARY"):
        assert secret.encode() not in stored
    assert sessions.find_by_birth_date(runtime, runtime.clock().date()) == ()

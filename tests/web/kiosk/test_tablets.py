"""A tablet is given back to the staff: the PIN, then the whole sign-in; and pairing it again."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from intake_app.kiosk import pin
from tests.support.front_desk import expect
from tests.support.people import DORA, csrf, knows, sign_in
from tests.support.tablet import BORN, cookie, heading, leave_half_way, pair, send, tap

PIN = "482913"


@pytest.fixture
def tablet(app: Flask, runtime: Runtime, desk: FlaskClient) -> FlaskClient:
    """A paired tablet; Donna has chosen a PIN."""
    pin.choose(runtime, PIN, "test")
    return pair(app, knows(DORA))


def test_the_pin_alone_opens_no_staff_page_only_the_sign_in(tablet: FlaskClient) -> None:
    assert tap(tablet, "/kiosk/leave", pin=PIN).location == "/sign-in"
    assert tablet.get("/sign-in").status_code == 200
    assert tablet.get("/desk").location == "/sign-in"


def test_going_back_to_the_kiosk_signs_out(tablet: FlaskClient) -> None:
    tap(tablet, "/kiosk/leave", pin=PIN)
    sign_in(tablet, knows(DORA))
    assert tablet.get("/desk").status_code == 200
    assert tablet.get("/kiosk").location == "/kiosk"
    assert cookie(tablet, "__Host-staff") == ""
    assert heading(tablet.get("/kiosk")) == "Welcome" and tablet.get("/desk").location == "/kiosk"


def test_a_wrong_pin_is_slowed_down_and_logged(
    app: Flask, runtime: Runtime, tablet: FlaskClient
) -> None:
    for _ in range(3):
        assert tap(tablet, "/kiosk/leave", pin="000000").status_code == 422
    answer = tap(tablet, "/kiosk/leave", pin=PIN)
    assert answer.status_code == 429 and "Please wait" in answer.text
    assert tablet.get("/sign-in").location == "/kiosk"


def test_a_tablet_paired_twice_is_one_tablet(
    app: Flask, desk: FlaskClient, tablet: FlaskClient
) -> None:
    old = cookie(tablet, "__Host-kiosk")
    tap(tablet, "/kiosk/leave", pin=PIN)
    sign_in(tablet, knows(DORA))
    answer = tablet.post(
        "/tablets/pair", data={"csrf_token": csrf(tablet.get("/tablets").text), "name": "Hall"}
    )
    assert answer.location == "/kiosk" and cookie(tablet, "__Host-kiosk") not in ("", old)
    page = desk.get("/tablets").text
    assert (
        page.count("/unpair") == 1 and "<b>Hall</b>" in page and "<b>Waiting room</b>" not in page
    )


def test_a_form_put_away_on_a_tablet_still_opens_after_it_was_paired_anew(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    visit = expect(runtime, BORN)
    send(desk, visit)
    leave_half_way(tablet)
    tap(tablet, "/kiosk/leave", pin=PIN)
    sign_in(tablet, knows(DORA))
    tablet.post(
        "/tablets/pair", data={"csrf_token": csrf(tablet.get("/tablets").text), "name": "Hall"}
    )
    send(desk, visit)
    assert tap(tablet, "/kiosk/start").location == "/intake"
    assert tablet.get("/intake").location == "/intake/identity"


def test_two_tablets_of_one_name_are_refused_in_words(
    app: Flask, desk: FlaskClient, tablet: FlaskClient
) -> None:
    answer = desk.post(
        "/tablets/pair",
        data={"csrf_token": csrf(desk.get("/tablets").text), "name": "waiting ROOM"},
    )
    assert answer.status_code == 422 and "There is a tablet of this name already" in answer.text


def test_only_the_owner_chooses_the_pin(
    donna: FlaskClient, desk: FlaskClient, runtime: Runtime
) -> None:
    token = csrf(desk.get("/tablets").text)
    assert desk.post("/tablets/pin", data={"csrf_token": token, "pin": PIN}).status_code == 403
    token = csrf(donna.get("/tablets").text)
    assert donna.post("/tablets/pin", data={"csrf_token": token, "pin": "12"}).status_code == 422
    assert donna.post("/tablets/pin", data={"csrf_token": token, "pin": PIN}).status_code == 303
    assert pin.is_chosen(runtime)

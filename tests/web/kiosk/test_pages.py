"""The tablet in the waiting room, as the people around it use it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from intake_app.intake import draft_state
from intake_app.visits.person import ExpectedClient
from tests.support.front_desk import expect, press, row
from tests.support.html_pages import words
from tests.support.people import DORA, Staff, csrf, knows, sign_in
from tests.support.runtimes import new_browser
from tests.support.tablet import BORN, cookie, heading, leave_half_way, pair, send, tap


@pytest.fixture
def tablet(app: Flask, desk: FlaskClient) -> FlaskClient:
    """The tablet in the waiting room, paired by Dora."""
    return pair(app, knows(DORA))


def test_pairing_ends_the_session_of_whoever_pairs(app: Flask, desk: FlaskClient) -> None:
    device = new_browser(app)
    sign_in(device, knows(DORA))
    session = cookie(device, "__Host-staff")
    answer = device.post(
        "/tablets/pair", data={"csrf_token": csrf(device.get("/tablets").text), "name": "Blue"}
    )
    assert "__Host-kiosk=" in str(answer.headers) and cookie(device, "__Host-staff") == ""
    thief = new_browser(app)
    thief.set_cookie("__Host-staff", session, secure=True)
    assert thief.get("/desk").location == "/sign-in"


def test_a_tablet_shows_the_kiosk_and_nothing_else(tablet: FlaskClient) -> None:
    assert heading(tablet.get("/kiosk")) == "Welcome"
    for path in (
        "/",
        "/i",
        "/desk",
        "/records",
        "/sign-in",
        "/account",
        "/setup",
        "/rules",
        "/tablets",
    ):
        assert tablet.get(path).location == "/kiosk", path
    for path in ("/intake", "/intake/step/name", "/intake/check", "/intake/done"):
        assert tablet.get(path).location == "/kiosk", path


def test_a_device_that_is_not_paired_has_no_kiosk(browser: FlaskClient, practice: Staff) -> None:
    assert browser.get("/kiosk").status_code == 403


def test_the_client_who_was_sent_is_greeted_by_first_name_only(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    visit = expect(runtime, BORN)
    send(desk, visit)
    page = tablet.get("/kiosk")
    assert heading(page) == "Hello, Ana"
    assert "Moreno" not in page.text and "1955" not in page.text
    assert "Sent to Waiting room" in row(desk, visit)
    assert tap(tablet, "/kiosk/start").location == "/intake"
    assert tablet.get("/intake").location == "/intake/step/name"
    assert "At Waiting room" in row(desk, visit)


def test_the_wrong_person_needs_a_member_of_staff(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    send(desk, expect(runtime, BORN))
    tap(tablet, "/kiosk/not-me")
    assert heading(tablet.get("/kiosk")) == "Welcome"
    board = desk.get("/desk").text
    assert "Waiting room : a client needs help." in words(board)


def test_a_call_stays_on_the_board_until_somebody_went_there(
    desk: FlaskClient, tablet: FlaskClient
) -> None:
    assert heading(tap(tablet, "/kiosk/help")) == "Somebody is coming"
    board = desk.get("/desk").text
    assert "needs help" in board
    path = board.split('formaction="/tablets/')[1].split('"')[0]
    press(desk, f"/tablets/{path}")
    assert "needs help" not in desk.get("/desk").text


def test_every_box_on_a_tablet_forbids_filling_in(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    send(desk, expect(runtime, BORN))
    tap(tablet, "/kiosk/start")
    page = tablet.get("/intake/step/name").text
    assert 'autocomplete="given-name"' not in page and 'id="id-first_name"' in page
    assert page.count("data-shared") == 1 and 'data-hx-replace-url="true"' in page
    own = new_browser(tablet.application)
    own.post("/", data={"csrf_token": csrf(own.get("/").text)})
    assert 'autocomplete="given-name"' in own.get("/intake/step/name").text


def test_a_date_of_birth_finds_the_form_and_two_of_a_day_pick_their_initials(
    runtime: Runtime, tablet: FlaskClient
) -> None:
    expect(runtime, BORN)
    expect(runtime, ExpectedClient("Bea Quist", birth_date="1955-03-14"))
    answer = tap(tablet, "/kiosk/birth", month="3", day="14", year="1955")
    assert heading(answer) == "Which initials are yours?"
    assert "Ana" not in answer.text and "Bea" not in answer.text
    tap(tablet, "/kiosk/birth", month="3", day="14", year="1955", initials="BQ")
    assert heading(tablet.get("/kiosk")) == "Hello, Bea"


def test_two_clients_with_the_same_birth_date_and_initials_are_sent_to_the_desk(
    runtime: Runtime, tablet: FlaskClient
) -> None:
    expect(runtime, BORN)
    expect(runtime, ExpectedClient("Anton Meyer", birth_date="1955-03-14"))
    answer = tap(tablet, "/kiosk/birth", month="3", day="14", year="1955")
    assert answer.status_code == 422
    assert (
        "Two visits today fit" in answer.text
        and "Ana" not in answer.text
        and "Anton" not in answer.text
    )


def test_dates_of_birth_cannot_be_guessed_through(runtime: Runtime, tablet: FlaskClient) -> None:
    expect(runtime, BORN)
    for day in range(1, 6):
        assert (
            "We do not find"
            in tap(tablet, "/kiosk/birth", month="3", day=str(day), year="1955").text
        )
    answer = tap(tablet, "/kiosk/birth", month="3", day="14", year="1955")
    assert answer.status_code == 429 and heading(tablet.get("/kiosk")) == "Welcome"


def test_a_form_put_away_leaves_nothing_and_comes_back_with_the_date_of_birth(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    visit = expect(runtime, BORN)
    send(desk, visit)
    answer = leave_half_way(tablet)
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert cookie(tablet, "__Host-intake") == "" and cookie(tablet, "__Host-kiosk") != ""
    assert tablet.get("/intake/step/name").location == "/kiosk"
    assert "CANARY" not in tablet.get("/kiosk").text
    send(desk, visit)
    tap(tablet, "/kiosk/start")
    assert tablet.get("/intake").location == "/intake/identity"
    page = tablet.get("/intake/identity").text
    assert "CANARY" not in page
    born = {"csrf_token": csrf(page), "month": "3", "day": "14", "year": "1955"}
    assert tablet.post("/intake/identity", data=born).location == "/intake"
    assert "CANARY" in tablet.get("/intake/step/name").text


def test_after_fifteen_minutes_without_a_touch_the_server_closes_the_form(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    send(desk, expect(runtime, BORN))
    tap(tablet, "/kiosk/start")
    now = runtime.clock
    object.__setattr__(runtime, "clock", lambda: now() + timedelta(minutes=14))
    assert tablet.get("/intake/step/name").status_code == 200
    object.__setattr__(runtime, "clock", lambda: now() + timedelta(minutes=30))
    assert tablet.get("/intake/step/name").location == "/kiosk"
    assert cookie(tablet, "__Host-intake") == ""


def test_a_tablet_that_is_unpaired_keeps_nothing(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    send(desk, expect(runtime, BORN))
    tap(tablet, "/kiosk/start")
    path = desk.get("/tablets").text.split('action="/tablets/')[1].split('"')[0]
    press(desk, f"/tablets/{path}")
    assert tablet.get("/intake/step/name").location == "/"
    assert cookie(tablet, "__Host-kiosk") == "" and cookie(tablet, "__Host-intake") == ""


def test_the_page_on_an_unpaired_tablet_hears_of_it_and_leads_to_the_start_page(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    path = desk.get("/tablets").text.split('action="/tablets/')[1].split('"')[0]
    press(desk, f"/tablets/{path}")
    assert tablet.get("/kiosk/pulse").status_code == 410
    assert tablet.get("/kiosk").location == "/"


def test_who_is_greeted_never_opens_the_form_of_whoever_was_sent_after_them(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    ana, zoe = expect(runtime, BORN), expect(runtime, ExpectedClient("Zoe Quist"))
    send(desk, ana)
    greeting = tablet.get("/kiosk").text
    send(desk, zoe)
    stale = {"csrf_token": csrf(greeting), "guest": ana}
    assert tablet.post("/kiosk/start", data=stale).location == "/kiosk"
    assert tablet.post("/kiosk/not-me", data=stale).location == "/kiosk"
    assert heading(tablet.get("/kiosk")) == "Hello, Zoe"
    assert "Not opened" in row(desk, zoe)


def test_the_kiosk_opened_anew_goes_on_with_nobodys_form(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    send(desk, expect(runtime, BORN))
    tap(tablet, "/kiosk/start")
    assert tablet.get("/kiosk", headers={"Sec-Fetch-Site": "same-origin"}).location == "/intake"
    assert tablet.get("/kiosk", headers={"Sec-Fetch-Site": "none"}).location == "/kiosk/away"


def test_a_tablet_in_use_takes_nobody_else(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    send(desk, expect(runtime, BORN))
    tap(tablet, "/kiosk/start")
    answer = send(desk, expect(runtime, ExpectedClient("Bea Quist")))
    assert answer.status_code == 409 and heading(answer) == "Somebody is at this tablet"


def test_with_several_tablets_the_desk_chooses(
    app: Flask, runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    other = pair(app, knows(DORA), "Hall")
    visit = expect(runtime, BORN)
    page = send(desk, visit).text
    hall = page.split('">Hall')[0].rpartition('value="')[2]
    send(desk, visit, hall)
    assert (
        heading(other.get("/kiosk")) == "Hello, Ana" and heading(tablet.get("/kiosk")) == "Welcome"
    )


def test_choices_that_make_it_easier_end_with_the_visit(tablet: FlaskClient) -> None:
    tap(tablet, "/kiosk/comfort/large")
    tap(tablet, "/kiosk/comfort/contrast")
    assert 'class="kiosk kiosk--calm comfort-large comfort-contrast"' in tablet.get("/kiosk").text
    tap(tablet, "/kiosk/comfort/large")
    assert "comfort-large" not in tablet.get("/kiosk").text
    tablet.get("/kiosk/away")
    assert "comfort-contrast" not in tablet.get("/kiosk").text


@pytest.fixture
def spanish_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which Spanish is complete."""
    monkeypatch.setattr(draft_state, "OFFERED", ("en", "es"))


def test_the_first_screen_offers_no_language_that_is_not_complete(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    tap(tablet, "/kiosk/comfort/spanish")
    assert "Español" not in tablet.get("/kiosk").text
    send(desk, expect(runtime, BORN))
    tap(tablet, "/kiosk/start")
    assert '<span lang="es">' not in tablet.get("/intake/step/name").text


@pytest.mark.usefixtures("spanish_offered")
def test_who_chooses_spanish_on_the_first_screen_reads_the_form_in_it_and_the_next_one_does_not(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    tap(tablet, "/kiosk/comfort/spanish")
    assert (
        '<button class="button button--secondary button--small" lang="es" aria-pressed="true">'
        in tablet.get("/kiosk").text
    )
    ana = expect(runtime, BORN)
    send(desk, ana)
    tap(tablet, "/kiosk/start")
    assert '<span lang="es">Nombre</span>' in tablet.get("/intake/step/name").text
    tablet.get("/kiosk/away")
    send(desk, expect(runtime, ExpectedClient("Bea Quist")))
    assert 'lang="es" aria-pressed="false"' in tablet.get("/kiosk").text
    tap(tablet, "/kiosk/start")
    assert '<span lang="es">' not in tablet.get("/intake/step/name").text


@pytest.mark.usefixtures("spanish_offered")
def test_a_form_begun_in_english_goes_on_in_spanish_and_a_spanish_one_stays_spanish(
    runtime: Runtime, desk: FlaskClient, tablet: FlaskClient
) -> None:
    visit = expect(runtime, ExpectedClient("Ana Moreno"))
    for choices, spanish in (((), False), (("spanish",), True), ((), True)):
        send(desk, visit)
        for choice in choices:
            tap(tablet, f"/kiosk/comfort/{choice}")
        tap(tablet, "/kiosk/start")
        page = tablet.get("/intake/step/name").text
        assert ('<span lang="es">Nombre</span>' in page, "Solo una parte" in page) == (
            spanish,
            spanish,
        )
        tablet.get("/kiosk/away")

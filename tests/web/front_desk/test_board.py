"""The board, as the desk sees it and presses its buttons."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, links
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from intake_app.models.visits import Visit
from intake_app.visits import visits
from intake_app.visits.person import ExpectedClient
from tests.support import clients
from tests.support.front_desk import ANA, expect, on_day, press, row
from tests.support.html_pages import words
from tests.support.people import Staff, csrf, sign_in
from tests.support.runtimes import new_browser

NOON = datetime(2026, 11, 21, 18, tzinfo=UTC)  # in Chicago


@pytest.fixture
def runtime(runtime: Runtime) -> Runtime:
    """It is noon at Stillwater Massage."""
    object.__setattr__(runtime, "clock", lambda: NOON)
    return runtime


def test_the_board_shows_initials_time_therapist_and_stage_and_no_name(
    runtime: Runtime, desk: FlaskClient
) -> None:
    visit = expect(runtime)
    assert row(desk, visit).startswith("1:00 PM AM , 1:00 PM, change Donna Reyes Not opened")
    page = desk.get("/desk").text
    assert "Moreno" not in page and "920" not in page and "ana@example.org" not in page


def test_a_stage_is_how_far_the_form_is(runtime: Runtime, desk: FlaskClient) -> None:
    visit, browser = expect(runtime), drafts.new_browser()
    assert "Not opened" in row(desk, visit)
    token = links.begin_here(runtime, visit, "test")
    assert "Step 1 of" in row(desk, visit)
    for how, step, says in (
        ("opened", "name", "Step 1 of 10"),
        ("opened", "warning_signs", "Step 3 of 10"),
    ):
        draft = drafts.open_draft(runtime, token, browser)
        assert draft is not None
        drafts.bind_browser(runtime, draft, browser, how)
        draft = drafts.open_draft(runtime, token, browser)
        assert draft is not None
        drafts.save_step(runtime, draft, step, "page", {}, {}, frozenset())
        assert says in row(desk, visit)


def test_a_signed_form_is_reviewed_once_the_therapist_has_read_it(
    runtime: Runtime, desk: FlaskClient, donna: FlaskClient
) -> None:
    visit = expect(runtime)
    clients.complete(
        runtime,
        links.begin_here(runtime, visit, "test"),
        drafts.new_browser(),
        clients.made_up_clients()[0],
    )
    assert "Signed" in row(desk, visit)
    record = re.search(r'href="(/records/\w{32})"', donna.get("/records").text)
    assert record
    donna.get(record[1])
    assert "Reviewed by the therapist" in row(desk, visit)


def test_a_child_needs_a_guardian_by_the_date_of_birth_that_the_practice_noted(
    runtime: Runtime, desk: FlaskClient
) -> None:
    visit = expect(runtime, replace(ANA, birth_date="2012-05-06"))
    assert "Not opened, needs guardian" in row(desk, visit)


def test_safety_questions_are_due_a_day_after_the_signature(
    runtime: Runtime, desk: FlaskClient
) -> None:
    visit = expect(runtime)
    token = links.begin_here(runtime, visit, "test")
    clients.complete(runtime, token, drafts.new_browser(), clients.made_up_clients()[0])
    assert "safety questions due" not in row(desk, visit)
    with transaction(runtime.engine, write=True) as session:
        record = session.get_one(Record, session.get_one(Visit, visit).record_id)
        record.signed_at = NOON - timedelta(hours=24)
    assert "Today’s safety questions due" in row(desk, visit)


def test_a_form_that_ran_out_says_so(app: Flask, runtime: Runtime, practice: Staff) -> None:
    visit = expect(runtime)
    links.begin_here(runtime, visit, "test")
    object.__setattr__(runtime, "clock", lambda: NOON + timedelta(days=15))
    donna = new_browser(app)
    sign_in(donna, practice)
    assert "Form too old" in row(donna, visit, on_day(NOON))


@pytest.mark.parametrize(
    ("how", "says"), [("arrived", "Arrived"), ("late", "Late"), ("no_show", "Did not come")]
)
def test_marks_can_be_set_and_taken_back(
    runtime: Runtime, desk: FlaskClient, how: str, says: str
) -> None:
    visit = expect(runtime)
    answer = press(desk, f"/desk/visits/{visit}/mark", how=how)
    assert answer.location == f"/desk#v-{visit}"
    assert f"{says} Link or QR" in row(desk, visit) and "Undo" in row(desk, visit)
    press(desk, f"/desk/visits/{visit}/mark", how="")
    assert "Undo" not in row(desk, visit)


def test_an_invented_mark_is_refused(runtime: Runtime, desk: FlaskClient) -> None:
    assert press(desk, f"/desk/visits/{expect(runtime)}/mark", how="pregnant").status_code == 400


def test_one_line_says_who_is_next_and_not_ready(runtime: Runtime, desk: FlaskClient) -> None:
    assert "No visit is on the list" in words(desk.get("/desk").text)
    ready, _ = expect(runtime, ExpectedClient("Bo Olsen", "Rosa"), 10), expect(runtime, ANA, 30)
    clients.complete(
        runtime,
        links.begin_here(runtime, ready, "test"),
        drafts.new_browser(),
        clients.made_up_clients()[0],
    )
    assert "Next and not ready: AM at 12:30 PM with Donna Reyes. Not opened." in words(
        desk.get("/desk").text
    )


def test_two_people_with_the_same_initials_are_told_apart(
    runtime: Runtime, desk: FlaskClient
) -> None:
    born = "1955-03-14"
    one = expect(runtime, ExpectedClient("Ana Moreno", "Donna", birth_date=born), 10)
    two = expect(runtime, ExpectedClient("Alma Meyer", "Rosa", birth_date=born), 20)
    assert "12:10 PM" in row(desk, one) and "Donna" in row(desk, one)
    assert "12:20 PM" in row(desk, two) and "Rosa" in row(desk, two)
    assert "Same initials twice" in row(desk, one) and "Same initials twice" in row(desk, two)


def test_somebody_is_added_by_hand(runtime: Runtime, desk: FlaskClient) -> None:
    page = desk.get("/desk/visits/new").text
    fields = {
        "name": "Bo Olsen",
        "at": "13:15",
        "on": "2026-11-21",
        "therapist": "Rosa",
        "phone": "(920) 555-0199",
    }
    answer = desk.post("/desk/visits/new", data={"csrf_token": csrf(page), **fields})
    assert answer.status_code == 303
    visit = answer.location.rpartition("#v-")[2]
    assert row(desk, visit).startswith("1:15 PM BO")
    again = desk.get(f"/desk/visits/{visit}").text
    assert 'value="Bo Olsen"' in again and 'value="13:15"' in again
    changed = {**fields, "at": "14:00", "csrf_token": csrf(again)}
    assert desk.post(f"/desk/visits/{visit}", data=changed).status_code == 303
    assert row(desk, visit).startswith("2:00 PM BO")


@pytest.mark.parametrize("typed", ["13:15", "1:15 PM", "1:15pm", "13:15:00"])
def test_a_time_may_be_typed_as_people_write_it(
    runtime: Runtime, desk: FlaskClient, typed: str
) -> None:
    fields = {
        "csrf_token": csrf(desk.get("/desk/visits/new").text),
        "name": "Bo Olsen",
        "at": typed,
        "on": "11/21/2026",
    }
    answer = desk.post("/desk/visits/new", data=fields)
    assert row(desk, answer.location.rpartition("#v-")[2]).startswith("1:15 PM BO")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Write the name of the client."),
        ({"at": "soon"}, "Write the time, for example 9:15 AM."),
        ({"on": "tomorrow"}, "Choose the day."),
        ({"on": "2025-11-21"}, "Fri 21 Nov 2025 is past. Choose today or a later day."),
        ({"on": "2062-11-21"}, "Tue 21 Nov 2062 is more than two years away. Check the year."),
        ({"phone": "call me"}, "Write the number with its area code"),
        ({"email": "nobody"}, "Write it like name@example.org."),
        ({"month": "13", "day": "1", "year": "1990"}, "date of birth"),
        ({"name": "x" * 121}, "Make this shorter"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    desk: FlaskClient, wrong: dict[str, str], says: str
) -> None:
    fields = {
        "name": "Bo Olsen",
        "at": "13:15",
        "on": "2026-11-21",
        "therapist": "Rosa <b>",
        **wrong,
    }
    page = desk.post(
        "/desk/visits/new", data={"csrf_token": csrf(desk.get("/desk/visits/new").text), **fields}
    )
    assert page.status_code == 422
    assert says in page.text and 'value="Rosa &lt;b&gt;"' in page.text


def test_a_visit_of_yesterday_can_be_put_right_but_not_moved_further_back(
    runtime: Runtime, desk: FlaskClient
) -> None:
    visit = visits.add(runtime, NOON - timedelta(days=1), ANA, "dora")
    page = desk.get(f"/desk/visits/{visit}").text
    fields = {"csrf_token": csrf(page), "name": "Ana Moreno", "at": "9:00 AM"}
    assert (
        desk.post(f"/desk/visits/{visit}", data={**fields, "on": "2026-11-20"}).status_code == 303
    )
    assert (
        desk.post(f"/desk/visits/{visit}", data={**fields, "on": "2026-11-19"}).status_code == 422
    )


def test_a_link_opens_the_clients_form(app: Flask, runtime: Runtime, desk: FlaskClient) -> None:
    visit = expect(runtime)
    page = press(desk, f"/desk/visits/{visit}/link").text
    found = re.search(r"/i#([\w-]{22})<", page)
    assert (
        found
        and "data:image/svg+xml" in page
        and 'href="sms:9205550134?body=Stillwater%20Massage' in page
    )
    client = new_browser(app)
    token = csrf(client.get("/i").text)
    assert client.post("/i", data={"csrf_token": token, "code": found[1]}).location == "/intake"
    assert "Your name" in client.get("/intake", follow_redirects=True).text
    assert "Step 1 of 10" in row(desk, visit)
    opened = press(desk, f"/desk/visits/{visit}/link")
    assert opened.status_code == 409 and "has opened the form" in opened.text
    form = re.search(r'name="form" value="(\w+)"', opened.text)
    assert form
    anew = re.search(
        r"/i#([\w-]{22})<", press(desk, f"/desk/visits/{visit}/anew", form=form[1]).text
    )
    assert anew
    other = new_browser(app)
    other.post("/i", data={"csrf_token": csrf(other.get("/i").text), "code": anew[1]})
    reloaded = press(desk, f"/desk/visits/{visit}/anew", form=form[1])
    assert reloaded.status_code == 409 and "Step 1 of 10" in row(desk, visit)


def test_a_visit_that_was_taken_off_is_answered_calmly(runtime: Runtime, desk: FlaskClient) -> None:
    visit = expect(runtime)
    assert press(desk, f"/desk/visits/{visit}/remove").location == "/desk"
    for answer in (press(desk, f"/desk/visits/{visit}/link"), desk.get(f"/desk/visits/{visit}")):
        assert answer.status_code == 404 and "not on the list" in answer.text


@pytest.mark.parametrize(
    "address", ["/desk?day=tomorrow", "/desk?day=9999-12-31", "/desk?day=2026-13-01"]
)
def test_a_day_that_does_not_exist_is_not_found(desk: FlaskClient, address: str) -> None:
    assert desk.get(address).status_code == 404


def test_a_page_holds_twenty_visits_the_ones_around_now_first(
    runtime: Runtime, desk: FlaskClient
) -> None:
    for number in range(60):
        expect(runtime, ExpectedClient(f"A{number} Z"), (number - 30) * 10)
    page = desk.get("/desk").text
    assert page.count("<tr id=") == 20
    assert "27 earlier" in page and "13 later" in page
    assert "11:30 AM" in page and "10:00 AM" not in page
    assert "40 earlier" in desk.get("/desk?first=99999").text


def test_nothing_new_is_answered_with_304_and_something_new_with_the_page(
    runtime: Runtime, desk: FlaskClient
) -> None:
    visit = expect(runtime)
    first = desk.get("/desk")
    asked = {"If-None-Match": first.headers["ETag"], "HX-Request": "true", "X-By-Itself": "1"}
    assert desk.get("/desk", headers=asked).status_code == 304
    visits.mark(runtime, visit, "arrived", "test")
    assert desk.get("/desk", headers=asked).status_code == 200


def test_a_board_left_open_keeps_the_desk_signed_in_but_nobodys_records_open(
    runtime: Runtime, desk: FlaskClient, donna: FlaskClient
) -> None:
    for minutes in range(5, 30, 5):
        object.__setattr__(
            runtime, "clock", lambda minutes=minutes: NOON + timedelta(minutes=minutes)
        )
        for person in (desk, donna):
            person.get("/desk", headers={"X-By-Itself": "1"})
    assert desk.get("/desk").status_code == 200
    assert donna.get("/records").location == "/sign-in"
    ended = donna.get("/desk", headers={"X-By-Itself": "1"})
    assert (ended.status_code, ended.headers["HX-Redirect"]) == (204, "/sign-in")


def test_therapists_have_the_board_too(runtime: Runtime, donna: FlaskClient) -> None:
    assert "AM" in row(donna, expect(runtime))


def test_a_board_of_200_visits_weighs_no_more_than_twice_one_of_20(
    runtime: Runtime, desk: FlaskClient
) -> None:
    sizes = []
    for first, last in ((0, 20), (20, 200)):
        for number in range(first, last):
            expect(runtime, ExpectedClient(f"A{number} B{number}", "Donna Reyes"), number % 20)
        sizes.append(len(desk.get("/desk").data))
    assert sizes[1] < 2 * sizes[0]


def test_a_visit_that_was_added_is_on_the_page_that_comes(
    runtime: Runtime, desk: FlaskClient
) -> None:
    for minutes in range(25):
        expect(runtime, minutes=60 + minutes)
    words = {
        "name": "Zoe Last",
        "therapist": "Donna Reyes",
        "at": "5:00 PM",
        "csrf_token": csrf(desk.get("/desk").text),
    }
    answer = desk.post(
        "/desk/visits/new", data={**words, "on": NOON.date().isoformat()}, follow_redirects=True
    )
    assert answer.status_code == 200
    assert "ZL" in answer.text

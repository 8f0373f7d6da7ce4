"""Ana signed their form two days ago.

Today they come: the questions about today are asked again, and nothing else.
"""

import json
import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from intake_app.client_portal import page as mine
from intake_app.core import dates
from intake_app.core.runtime import Runtime
from intake_app.crypto.server_keys import encrypt_directory
from intake_app.intake import drafts, links
from intake_app.intake.links import AlreadyOpened
from intake_app.models.audit import AuditEvent
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.records import Addendum, Record
from intake_app.models.visits import Visit
from tests.support import clients, front_desk
from tests.support.clients import ANA as PERSON
from tests.support.clients import newest_record
from tests.support.form_walker import HealthyAdult
from tests.support.html_pages import words
from tests.support.http_client import Answer
from tests.support.pdf_text import text_of
from tests.support.people import DORA, Staff, csrf, knows
from tests.support.returning_client import BORN, Tab, invite_again
from tests.support.runtimes import SavedPractice, new_browser
from tests.support.tablet import BORN as ANA
from tests.support.tablet import cookie, heading, pair, send, tap

pytestmark = pytest.mark.starts_from("practice_with_record")


@pytest.fixture
def practice(runtime: Runtime, saved_practice: SavedPractice) -> Staff:
    """Stillwater Massage at noon, two days after Ana signed."""
    noon = (runtime.clock() + timedelta(days=2)).replace(hour=18)
    object.__setattr__(runtime, "clock", lambda: noon)
    return saved_practice.donna


@pytest.fixture
def visit(runtime: Runtime, practice: Staff) -> str:
    """Ana is expected in an hour."""
    visit_id = front_desk.expect(runtime, ANA)
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Visit, visit_id).record_id = record_id(runtime)
    return visit_id


def record_id(runtime: Runtime) -> str:
    with transaction(runtime.engine, write=False) as session:
        return session.scalars(select(Record.id)).one()


def on(app: Flask, browser: FlaskClient) -> Tab:
    """The same browser, as somebody without JavaScript reads it."""
    tab = Tab(app)
    tab.browser = browser
    return tab


def phone(app: Flask, link: str) -> tuple[Tab, Answer]:
    """Ana opens a link on their phone.

    Returns what they see, their date of birth named where it is asked.
    """
    tab = Tab(app)
    page = tab.get("/i")
    answer = tab.post("/i", (dict(page.page.form.values()) | {"code": link}).items())
    if answer.path == "/intake/identity":
        answer = tab.post(answer.path, (dict(answer.page.form.values()) | BORN).items())
    return tab, answer


def said(tab: Tab, answer: Answer, **changed: str) -> Answer:
    """This page answered calmly, but for what is changed."""
    form, wanted = (
        answer.page.form,
        {name.replace("__", "-"): value for name, value in changed.items()},
    )
    calm = [field for field in HealthyAdult().fill(form) if field[0] not in wanted]
    return tab.post(form.action or answer.path, [*calm, *wanted.items()])


def confirmed(tab: Tab, answer: Answer, **changed: str) -> Answer:
    """The whole short form to its end; `changed` where its pages ask for it."""
    for _ in range(12):
        if answer.path == "/intake/today/done":
            return answer
        here = {
            name: value
            for name, value in changed.items()
            if name.replace("__", "-") in answer.page.form.controls
        }
        answer = said(tab, answer, **here)
        assert answer.status == 200, answer.page.errors
    raise AssertionError("the short form does not end")


def test_at_the_tablet_they_are_asked_about_today_and_the_board_gets_ready(
    app: Flask, runtime: Runtime, desk: FlaskClient, visit: str
) -> None:
    assert "Today’s safety questions due" in front_desk.row(desk, visit)
    assert "Signed, today’s safety questions due." in words(desk.get("/desk").text)
    tablet = pair(app, knows(DORA))
    send(desk, visit)
    assert heading(tablet.get("/kiosk")) == "Hello, Ana"
    assert tap(tablet, "/kiosk/start").location == "/intake"
    tab = on(app, tablet)
    first = tab.get("/intake")
    assert first.path == "/intake/step/warning_signs"
    assert "Part 1 of 2" in first.page.text
    asked = confirmed(tab, first)
    assert asked.page.heading.startswith("Thank you. Please hand the tablet back.")
    row = front_desk.row(desk, visit)
    assert "Signed" in row and "due" not in row and "Link or QR" not in row
    assert "Everybody who is still to come is ready." in words(desk.get("/desk").text)
    assert tablet.get("/kiosk").location == "/kiosk/away"


def test_whoever_says_their_date_of_birth_at_the_tablet_is_found(
    app: Flask, runtime: Runtime, desk: FlaskClient, visit: str
) -> None:
    tablet = pair(app, knows(DORA))
    assert tap(tablet, "/kiosk/birth", **BORN).location == "/kiosk"
    assert heading(tablet.get("/kiosk")) == "Hello, Ana"


def test_the_therapist_sees_todays_stop_on_top_and_is_reminded_of_the_one_that_went(
    app: Flask, runtime: Runtime, donna: FlaskClient, visit: str
) -> None:
    record = record_id(runtime)
    assert "URGENT: One-sided swollen" in words(donna.get(f"/records/{record}/card").text)
    assert "more than 24 hours old" in words(donna.get(f"/records/{record}/card").text)
    tab, first = phone(app, links.new_link(runtime, visit, "desk"))
    confirmed(tab, first, td__fever="yes")
    inbox = words(donna.get("/records").text)
    assert "New Asked again today" in inbox and "STOP, not decided" in inbox
    card = words(donna.get(f"/records/{record}/card").text)
    assert re.search(
        r"Asked again today, \d+:\d\d [AP]M Said before, and no longer today: One-sided swoll", card
    )
    assert "A05 . Ask what became of it. STOP Settle this before" in card
    assert "E01" in card
    assert "24 hours old" not in card
    page = donna.get(f"/records/{record}").text
    today = page[page.index('id="today-again"') :].split("</section>")[0]
    assert "Fever in the last 24 hours Yes" in words(today)
    address = re.search(rf"/records/{record}/addenda/\w{{32}}", page)
    assert address and donna.get(address[0]).data.startswith(b"%PDF-")


def test_decisions_about_today_have_to_be_made_again_and_others_stay(
    app: Flask, runtime: Runtime, donna: FlaskClient, visit: str
) -> None:
    sheet = f"/records/{record_id(runtime)}/caution"
    fields = {"csrf_token": csrf(donna.get(sheet).text), "do": "sign", "name": "Donna Reyes"}
    donna.post(sheet, data={**fields, "choice_A05": "followed", "choice_C01": "followed"})
    assert "Followed. Donna Reyes" in words(donna.get(sheet).text)
    tab, first = phone(app, links.new_link(runtime, visit, "desk"))
    after = said(tab, first, td__clot_sign="yes")
    assert after.page.heading == "Please read this now"
    confirmed(tab, tab.post(after.path, [*after.page.form.values(), ("then", "go")]))
    after = donna.get(sheet).text
    flag = {
        code: after[after.index(f'id="flag-{code}"') :].split("</section>")[0]
        for code in ("A05", "C01")
    }
    assert "Followed. Donna Reyes" in flag["C01"] and "Followed. Donna Reyes" not in flag["A05"]
    assert "STOP, not decided" in words(donna.get("/records").text)


def test_the_next_form_is_compared_with_what_they_said_last_and_says_when(
    app: Flask, runtime: Runtime, donna: FlaskClient, visit: str
) -> None:
    tab, first = phone(app, links.new_link(runtime, visit, "desk"))
    confirmed(tab, first, td__fever="yes")
    token = invite_again(donna, record_id(runtime))
    clients.complete(runtime, token, "", {**PERSON, "td.fever": "no"})
    today = dates.day(runtime.clock().astimezone(ZoneInfo("America/Chicago")))
    page = words(donna.get(f"/records/{newest_record(runtime)}").text)
    assert f"Fever in the last 24 hours Yes (said on {today}) → is now No" in page
    assert f"Since last time, {today}" not in page
    text = text_of(donna.get(f"/records/{newest_record(runtime)}/pdf").data, "-raw")
    assert f"Yes (said on {today}) → No" in text


def test_their_age_counts_although_no_old_answer_is_opened(
    app: Flask, runtime: Runtime, visit: str
) -> None:
    """A09: from 50 on, a new headache with a sore scalp calls for a doctor today."""
    tab, answer = phone(app, links.new_link(runtime, visit, "desk"))
    while "td-unexplained" not in answer.page.form.controls:
        answer = said(tab, answer)
    assert said(tab, answer, td__unexplained="temple").page.heading == "Please read this now"


def test_their_old_link_still_opens_their_own_page_and_from_there_the_questions(
    app: Flask, runtime: Runtime, saved_practice: SavedPractice, visit: str
) -> None:
    ana, browser = new_browser(app), drafts.new_browser()
    page = mine.open_page(runtime, saved_practice.token, browser)
    assert page is not None
    mine.bind_browser(runtime, page, browser)
    ana.set_cookie("__Host-intake", f"{saved_practice.token}.{browser}", secure=True)
    tab = on(app, ana)
    own = tab.get("/mine")
    assert "Do you come today?" in own.page.text
    first = tab.post("/mine/today", [("csrf_token", csrf(own.body.decode()))])
    assert first.path == "/intake/step/warning_signs"
    assert confirmed(tab, first).page.heading == "Thank you. You are ready."
    own = tab.get("/mine")
    assert own.path == "/mine" and "Do you come today?" not in own.page.text


def test_it_is_signed_once_sealed_and_logged_with_codes_only(
    app: Flask, runtime: Runtime, visit: str
) -> None:
    tab, answer = phone(app, links.new_link(runtime, visit, "desk"))
    while answer.path != "/intake/today":
        hot = {"td__joint_hot": "yes", "td__joint_hot_details": "CANARY-KNEE"}
        answer = said(tab, answer, **(hot if "td-joint_hot" in answer.page.form.controls else {}))
    unsigned = tab.post(
        "/intake/today", [(k, v) for k, v in answer.page.form.values() if k != "name"]
    )
    assert (unsigned.status, unsigned.page.errors[0]) == (422, "Error: Type your full name to sign")
    assert tab.get("/intake/agree").path == "/intake/today"
    fields = [
        *((k, v) for k, v in answer.page.form.values() if k != "name"),
        ("name", "Ana Moreno"),
    ]
    for _ in range(2):
        assert tab.post("/intake/today", fields).path == "/intake/today/done"
    with transaction(runtime.engine, write=False) as session:
        assert [one.kind for one in session.scalars(select(Addendum))] == ["asked_again"]
        found = select(AuditEvent.data_json).where(AuditEvent.action == "addendum.signed")
        logged: list[dict[str, Any]] = [json.loads(one) for one in session.scalars(found)]
        left = session.scalars(select(Draft)).one()
        assert left.expires_at - runtime.clock() <= timedelta(minutes=10)
    assert [sorted(one) for one in logged] == [["addendum", "kind", "sealed"]]
    raw = b"".join(file.read_bytes() for file in runtime.settings.data.glob("intake.db*"))
    assert (
        b"CANARY-KNEE" not in raw
        and cookie(tab.browser, "__Host-intake").split(".")[0].encode() not in raw
    )


def test_a_child_needs_a_parent_here_too(app: Flask, runtime: Runtime, visit: str) -> None:
    record = record_id(runtime)
    card = json.dumps({"name": "Sam Kim", "birth_date": "2014-03-14", "returning": False}).encode()
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Record, record).directory = encrypt_directory(
            runtime.keys, f"record:{record}", card
        )
    tab = Tab(app)
    page = tab.get("/i")
    link = links.new_link(runtime, visit, "desk")
    answer = tab.post("/i", (dict(page.page.form.values()) | {"code": link}).items())
    answer = tab.post(
        answer.path, (dict(answer.page.form.values()) | BORN | {"year": "2014"}).items()
    )
    while answer.path != "/intake/today":
        answer = said(tab, answer)
    fields = dict(answer.page.form.values()) | {"name": "Sam Kim"}
    assert tab.post("/intake/today", fields.items()).status == 422
    fields |= {"guardian_name": "Mina Kim", "guardian_relationship": "mother"}
    assert tab.post("/intake/today", fields.items()).path == "/intake/today/done"


def test_before_they_are_old_nothing_is_asked_again(runtime: Runtime) -> None:
    visit_id = front_desk.expect(runtime, ANA)
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Visit, visit_id).record_id = record_id(runtime)
    with pytest.raises(AlreadyOpened):
        links.new_link(runtime, visit_id, "desk")

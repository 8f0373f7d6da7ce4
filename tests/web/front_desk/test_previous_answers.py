"""Ana was here before. The desk, who has no key, asks; Donna looks and sends;
Ana finds their last answers.
"""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from intake_app.core.runtime import Runtime
from intake_app.front_desk import previous_answers
from intake_app.intake import links
from intake_app.intake.links import AlreadyOpened
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from intake_app.visits.person import ExpectedClient
from tests.support.front_desk import expect, press, row
from tests.support.html_pages import words
from tests.support.people import DORA, Staff, csrf, knows
from tests.support.returning_client import BORN, Tab, come_back
from tests.support.tablet import BORN as ANA
from tests.support.tablet import heading, pair, send, tap

pytestmark = pytest.mark.starts_from("practice_with_record")
ONLY_NAMED = ExpectedClient("Ana Moreno")


@pytest.fixture
def visit(runtime: Runtime, desk: FlaskClient) -> str:
    """The desk said that Ana was here before."""
    visit_id = expect(runtime, ANA, 0)
    press(desk, f"/desk/visits/{visit_id}/last-answers")
    return visit_id


def record_id(runtime: Runtime) -> str:
    with transaction(runtime.engine, write=False) as session:
        return session.scalars(select(Record.id)).one()


def send_them(donna: FlaskClient) -> str:
    """Donna taps the one button of their inbox. Returns the page they get."""
    page = donna.get("/records").text
    button = re.search(r'formaction="(/records/\w{32}/visit/\w{32})"', page)
    assert button
    return donna.post(button[1], data={"csrf_token": csrf(page)}).text


def test_the_desk_asks_and_the_therapist_sees_who_it_may_be(
    donna: FlaskClient, desk: FlaskClient, visit: str
) -> None:
    said = row(desk, visit)
    assert "Last answers: asked" in said and "Was here before" not in said
    inbox = words(donna.get("/records").text)
    assert re.search(r"Ana Moreno comes \w+, \d+:\d\d [AP]M: send the last answers\?", inbox)
    assert "Send those of Ana Moreno, born 14 March 1955" in inbox


def test_until_they_answer_the_ordinary_form_can_be_used(
    app: Flask, runtime: Runtime, visit: str
) -> None:
    _, first = come_back(app, links.new_link(runtime, visit, "desk"))
    assert first.path == "/intake/step/name"
    assert previous_answers.open_requests(runtime) == ()
    with pytest.raises(AlreadyOpened):
        previous_answers.ask(runtime, visit, "desk")


def test_a_link_that_was_sent_before_opens_their_last_answers(
    app: Flask, runtime: Runtime, donna: FlaskClient, desk: FlaskClient, visit: str
) -> None:
    link = links.new_link(runtime, visit, "desk")
    assert "/i#" in send_them(donna)
    assert "Last answers: sent" in row(desk, visit)
    assert "send the last answers" not in words(donna.get("/records").text)
    _, first = come_back(app, link)
    assert first.path == "/intake/again/about" and "Lucia Moreno" in first.page.text


def test_at_the_tablet_they_name_their_date_of_birth_first(
    app: Flask, desk: FlaskClient, donna: FlaskClient, visit: str
) -> None:
    tablet = pair(app, knows(DORA))
    send_them(donna)
    send(desk, visit)
    assert heading(tablet.get("/kiosk")) == "Hello, Ana"
    tap(tablet, "/kiosk/start")
    tab = Tab(app)
    tab.browser = tablet
    asked = tab.get("/intake")
    assert asked.path == "/intake/identity" and "Lucia" not in asked.page.text
    first = tab.post(asked.path, (dict(asked.page.form.values()) | BORN).items())
    assert first.path == "/intake/again/about"


def test_they_may_say_no(donna: FlaskClient, desk: FlaskClient, visit: str) -> None:
    page = donna.get("/records").text
    donna.post(f"/records/visit/{visit}/no", data={"csrf_token": csrf(page)})
    assert "Ordinary form" in row(desk, visit) and "Link or QR" in row(desk, visit)
    assert "From the front desk" not in donna.get("/records").text


@pytest.mark.parametrize(
    ("person", "found"),
    [
        (ANA, 1),
        (ExpectedClient("Anna Moreno", birth_date="1955-03-14"), 1),
        (ExpectedClient("Ana Moreno", birth_date="1955-03-15"), 0),
        (ExpectedClient("Bo Olsen", birth_date="1955-03-14"), 0),
        (ONLY_NAMED, 1),
        (ExpectedClient("moreno, ANA"), 1),
        (ExpectedClient("Ana Olsen"), 0),
    ],
)
def test_records_are_found_by_date_of_birth_and_name(
    runtime: Runtime, practice: Staff, person: ExpectedClient, found: int
) -> None:
    previous_answers.ask(runtime, expect(runtime, person), "desk")
    (asked,) = previous_answers.open_requests(runtime)
    assert [one.record_id for one in asked.records] == [record_id(runtime)] * found

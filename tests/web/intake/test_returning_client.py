"""The second visit: last answers part by part, today's questions afresh,
and a record that opens with the changes.
"""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake_app.core.runtime import Runtime
from tests.support.clients import make_record, newest_record
from tests.support.form_walker import HealthyAdult
from tests.support.html_pages import words
from tests.support.http_client import Answer
from tests.support.people import Staff
from tests.support.returning_client import ANA, Tab, carried, come_back, invite_again

CHANGED = ("now", "changed")


@pytest.fixture
def back(app: Flask, runtime: Runtime, practice: Staff) -> tuple[Tab, Answer]:
    """Ana, who was here before, at the first page of their second form."""
    return come_back(app, carried(runtime, ANA))


def run(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def walk_to_check(tab: Tab, answer: Answer) -> Answer:
    """Everything the same as before, and calm answers about today."""
    while answer.path != "/intake/check":
        answer = tab.press(answer)
        assert answer.status == 200, answer.page.errors
    return answer


def test_when_nothing_changed_they_give_at_most_25_answers(back: tuple[Tab, Answer]) -> None:
    tab, first = back
    ana = HealthyAdult()
    path, _ = ana.walk_to_signature(tab, first.path)
    assert path == "/intake/sign"
    assert len(ana.answered) <= 25, ana.answered


def test_their_last_answers_stand_in_words_with_two_buttons(back: tuple[Tab, Answer]) -> None:
    _, first = back
    assert first.path == "/intake/again/about"
    assert first.page.heading == "About you: is this still right?"
    assert "Lucia Moreno" in first.page.text and "14 March 1955" in first.page.text
    assert first.page.forms[-1].buttons == [("now", "same"), ("now", "changed")]


def test_questions_about_today_are_asked_again_and_hold_no_old_answer(
    back: tuple[Tab, Answer],
) -> None:
    tab, answer = back
    while not answer.path.endswith("/step/warning_signs"):
        answer = tab.press(answer)
    assert [
        one.chosen for one in answer.page.form.controls.values() if one.name.startswith("td-")
    ] == [[]] * 5


def test_a_number_of_the_day_is_asked_although_the_part_is_the_same(
    back: tuple[Tab, Answer],
) -> None:
    tab, answer = back
    visit = tab.press(answer)
    assert visit.path == "/intake/again/visit"
    assert "How much pain do you have now" not in visit.page.text
    assert tab.press(visit).path == "/intake/step/problem"


def test_a_part_that_changed_opens_its_pages_with_the_last_answers(
    back: tuple[Tab, Answer],
) -> None:
    tab, answer = back
    name = tab.press(answer, CHANGED)
    assert name.path == "/intake/step/name"
    assert name.page.form.controls["id-first_name"].value == "Ana"
    assert tab.press(name).path == "/intake/step/contact"


def test_back_leads_to_the_page_they_saw_before(back: tuple[Tab, Answer]) -> None:
    tab, answer = back
    visit = tab.press(answer)
    assert "/intake/again/about" in visit.page.links
    name = tab.press(tab.get("/intake/again/about"), CHANGED)
    assert "/intake/again/about" in name.page.links


def test_they_can_say_same_after_they_changed_something(back: tuple[Tab, Answer]) -> None:
    tab, answer = back
    name = tab.press(answer, CHANGED)
    fields = dict(name.page.form.values()) | {"id-first_name": "Anna"}
    tab.post(name.path, fields.items())
    tab.press(tab.get("/intake/again/about"))
    walk_to_check(tab, tab.get("/intake"))
    assert tab.get("/intake/step/name").page.form.controls["id-first_name"].value == "Ana"


def test_a_press_without_a_choice_says_what_to_do(back: tuple[Tab, Answer]) -> None:
    tab, answer = back
    refused = tab.post(answer.path, answer.page.form.values())
    assert (refused.status, refused.page.errors) == (422, ["Error: Choose one of the two buttons"])


def test_a_part_that_lies_ahead_cannot_be_taken_before_its_turn(back: tuple[Tab, Answer]) -> None:
    tab, answer = back
    tab.post("/intake/again/health", [*answer.page.form.values(), ("now", "same")])
    assert tab.get("/intake/again/health").path == "/intake/again/about"


def test_a_new_client_has_no_such_page(app: Flask, practice: Staff) -> None:
    tab = Tab(app)
    tab.press(tab.get("/"))
    assert tab.get("/intake/again/about").path == "/intake/step/name"


def test_the_new_record_opens_with_what_changed_and_names_the_one_before(
    app: Flask, runtime: Runtime, donna: FlaskClient, tmp_path: Path
) -> None:
    first_record = make_record(runtime, ANA)
    tab, answer = come_back(app, invite_again(donna, first_record))
    name = tab.press(answer, CHANGED)
    tab.post(name.path, (dict(name.page.form.values()) | {"id-last_name": "Moreno-Ruiz"}).items())
    path, fields = HealthyAdult().walk_to_signature(tab, "/intake")
    tab.post(path, fields)

    page = donna.get(f"/records/{newest_record(runtime)}").text
    since = words(page[page.index('id="since"') : page.index("The record before this one")])
    assert "Last name Moreno → is now Moreno-Ruiz" in since
    assert f'href="/records/{first_record}"' in page

    assert words(donna.get("/records").text).count("Returning") == 1

    first_pdf = donna.get(f"/records/{first_record}/pdf").data
    paper = tmp_path / "second.pdf"
    paper.write_bytes(donna.get(f"/records/{newest_record(runtime)}/pdf").data)
    top = words(run("pdftotext", "-raw", "-l", "1", paper, "-"))
    assert "Last name: Moreno → Moreno-Ruiz" in top[: top.index("Goals, in order")]
    assert hashlib.sha256(first_pdf).hexdigest() in top.replace(" ", "")
    assert "Has been here before." in top
    run("pdfdetach", "-saveall", "-o", tmp_path, paper)
    previous = json.loads((tmp_path / "intake.json").read_text())["previous"]
    assert previous["record_id"] == first_record
    assert [one["link_id"] for one in previous["changes"]] == ["id.last_name", "v.pain_now"]

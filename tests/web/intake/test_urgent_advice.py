"""An answer that calls for help: the client is told at once, once, in plain words,
and it is noted.
"""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake_app.core.runtime import Runtime
from intake_app.intake import drafts, transcription
from intake_app.intake.open_draft import OpenDraft
from intake_app.practice import profile
from intake_app.records import timeline
from intake_app.web.cookies import CLIENT as COOKIE
from tests.questionnaire.massage_walk import walk
from tests.support import people
from tests.support.html_pages import read
from tests.support.runtimes import new_browser

SIGNS = "/intake/step/warning_signs"
NOW = f"{SIGNS}/now"
CALL_911 = "Please call 911 or go to the emergency room now. Do not come for massage today."
BLUNT = ("contraindicat", "clot", "stroke", "heart", "diagnos")


@pytest.fixture
def ana(app: Flask, runtime: Runtime, practice: people.Staff) -> FlaskClient:
    """Ana's browser: they have answered everything, and nothing is wrong."""
    client = new_browser(app)
    client.post("/", data={"csrf_token": people.csrf(client.get("/").text)})
    filled_in(client, runtime)
    return client


def filled_in(client: FlaskClient, runtime: Runtime) -> None:
    """Every question has its answer, and nothing is wrong."""
    answers = walk().live()
    draft = draft_of(client, runtime)
    done = [step.id for step in draft.questionnaire.steps]
    typed = {"warning_signs": {}}
    drafts.save_state(runtime, draft, replace(draft.state, answers=answers, done=done, typed=typed))


def draft_of(client: FlaskClient, runtime: Runtime) -> OpenDraft:
    """The draft behind this browser's cookie."""
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    token, _, browser = cookie.value.partition(".")
    draft = drafts.open_draft(runtime, token, browser)
    assert draft is not None
    return draft


def answer_signs(client: FlaskClient, path: str = SIGNS, **changed: str) -> TestResponse:
    """Ana answers the questions about danger signs; no to all that is not changed."""
    calm = {f"td-{name}": "no" for name in ("chest", "headache", "saddle", "clot_sign")} | {
        "td-stroke": "none"
    }
    said = {name.replace("__", "-"): text for name, text in changed.items()}
    return client.post(path, data=dict(read(client.get(path).text).form.values()) | calm | said)


def then(client: FlaskClient, what: str, path: str = NOW) -> TestResponse:
    """Ana presses one of the two buttons."""
    return client.post(path, data=dict(read(client.get(path).text).form.values()) | {"then": what})


def test_somebody_well_is_told_nothing(ana: FlaskClient) -> None:
    assert not answer_signs(ana).location.endswith("/now")


def test_they_are_told_at_once_in_plain_words(ana: FlaskClient) -> None:
    answer = answer_signs(ana, td__chest="yes")
    assert (answer.status_code, answer.location) == (303, NOW)
    page = ana.get(NOW).text
    assert CALL_911 in page
    assert not [word for word in BLUNT if word in page.lower()]


def test_not_sure_is_for_the_therapist_and_alarms_nobody(ana: FlaskClient) -> None:
    assert not answer_signs(ana, td__chest="unsure").location.endswith("/now")


def test_going_on_is_noted_and_they_are_not_told_the_same_again(
    ana: FlaskClient, runtime: Runtime
) -> None:
    answer_signs(ana, td__chest="yes")
    assert not then(ana, "go").location.endswith("/now")
    assert not answer_signs(ana, td__chest="yes").location.endswith("/now")
    state = draft_of(ana, runtime).state
    assert state.advised_rules == ("A01",)
    assert [code for _, code in state.events if code.startswith("urgent")] == ["urgent-read"]
    assert "get medical help" in timeline.WORDS["urgent-read"]


def test_whoever_types_it_from_paper_is_told_to_call_the_client(
    runtime: Runtime, donna: FlaskClient
) -> None:
    form = profile.form_of(profile.load_profile(runtime))
    number = transcription.blank_number(runtime, form)
    sheet, today = transcription.printed_form(runtime, number), profile.today(runtime)
    browser = drafts.new_browser()
    token = transcription.begin(
        runtime,
        people.enter(runtime),
        sheet,
        transcription.SheetDetails("Ana Moreno", today, ""),
        browser,
    )
    donna.set_cookie(COOKIE, f"{token}.{browser}", secure=True)
    filled_in(donna, runtime)
    assert answer_signs(donna, td__chest="yes").location == NOW
    page = donna.get(NOW).text
    assert CALL_911 in page and "Call the client now." in page and "Stop here" not in page
    then(donna, "go")
    assert draft_of(donna, runtime).state.events[-1][1] == "urgent-typed"


def test_another_sign_is_told_again(ana: FlaskClient) -> None:
    answer_signs(ana, td__chest="yes")
    then(ana, "go")
    answer = answer_signs(ana, td__chest="yes", td__clot_sign="yes")
    assert answer.location == NOW
    page = ana.get(NOW).text
    assert "Please call your doctor or maternity provider now." in page and CALL_911 not in page


def test_whoever_did_not_answer_the_page_meets_it_again(ana: FlaskClient) -> None:
    answer_signs(ana, td__chest="yes")
    assert answer_signs(ana, td__chest="yes").location == NOW


def test_stopping_saves_and_says_what_happens(ana: FlaskClient, runtime: Runtime) -> None:
    answer_signs(ana, td__chest="yes")
    answer = then(ana, "stop")
    assert answer.location == "/intake/stopped"
    page = ana.get(answer.location).text
    assert "Nothing was sent." in page and CALL_911 in page
    state = draft_of(ana, runtime).state
    assert state.answers["td.chest"] == "yes"
    assert state.events[-1][1] == "urgent-stopped"


def test_an_answer_corrected_leaves_nothing_to_read(ana: FlaskClient) -> None:
    answer_signs(ana, td__chest="yes")
    answer_signs(ana)
    assert ana.get(NOW).location == "/intake/check"


def test_it_stands_on_the_last_page_once_more(ana: FlaskClient, runtime: Runtime) -> None:
    answer_signs(ana, td__chest="yes")
    then(ana, "go")
    draft = draft_of(ana, runtime)
    answers = {**draft.state.answers, "dr.has": "no", "dr.contact_ok": "no"}
    drafts.save_state(runtime, draft, replace(draft.state, answers=answers))
    page = read(ana.get("/intake/agree").text)
    ticks = {
        name: "y" for name, control in page.form.controls.items() if control.kind == "checkbox"
    }
    assert (
        ana.post("/intake/agree", data=dict(page.form.values()) | ticks).location == "/intake/sign"
    )
    assert CALL_911 in ana.get("/intake/sign").text


def test_a_change_from_the_check_page_comes_back_to_it(ana: FlaskClient) -> None:
    answer = answer_signs(ana, f"{SIGNS}?next=check", td__clot_sign="yes")
    assert answer.location == f"{NOW}?next=check"
    answer_signs(ana, f"{SIGNS}?next=check")
    assert ana.get(f"{NOW}?next=check").location == "/intake/check"

"""A paper form comes back: a therapist keys it in, and the record says that they did."""

import json
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from intake_app.core import dates
from intake_app.core.runtime import Runtime
from intake_app.intake import (
    consents,
    day_of_visit,
    drafts,
    links,
    signing,
    transcription,
)
from intake_app.intake.draft_parts import TranscribedForm
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from intake_app.practice import profile
from intake_app.records import addenda, addendum_document, authenticity
from intake_app.records.sealed.evidence import PaperOrigin, Signature
from tests.support import clients
from tests.support.clients import newest_record
from tests.support.definitions import CONSENTS_1, FORM_1
from tests.support.form_walker import HealthyAdult
from tests.support.front_desk import expect, row
from tests.support.html_pages import read, words
from tests.support.http_client import Answer
from tests.support.pdf_text import text_of
from tests.support.people import DONNA, DORA, ROSA, Account, Staff, csrf, enter, hire, sign_in
from tests.support.returning_client import ANA, Tab
from tests.support.runtimes import new_browser
from tests.support.tablet import write
from tests.web.intake.test_signers import BEN

BORN = {"id-dob-month": "3", "id-dob-day": "14", "id-dob-year": "1955"}


class Typist(Tab):
    """Donna's browser, with a paper form beside it."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser


def number_on(page: str) -> str:
    """The number that a printed form shows."""
    found = re.search(r"number <b[^>]*>([\d ]+)</b>", page)
    assert found
    return found[1]


def key_in(donna: FlaskClient, number: str, on: date | None = None, **more: str) -> TestResponse:
    """Donna types what stands on the paper besides the answers, and presses Begin."""
    day = on or date.today() - timedelta(days=3)
    told = {
        "number": number,
        "whose": "Ana Moreno",
        "month": str(day.month),
        "day": str(day.day),
        "year": str(day.year),
    }
    token = csrf(donna.get("/paper/key").text)
    return donna.post("/paper/key", data={"csrf_token": token, **told, **more})


def typed_at_once(runtime: Runtime, donna: Account, number: str, answers: dict[str, Any]) -> str:
    """The whole of it without pages and without a PDF. Returns the record's id."""
    browser, me = drafts.new_browser(), enter(runtime, donna)
    told = transcription.SheetDetails("Ana Moreno", profile.today(runtime), "")
    token = transcription.begin(
        runtime, me, transcription.printed_form(runtime, number), told, browser
    )
    draft = clients.walk(runtime, token, browser, answers)
    asked = consents.consents_on_paper(
        profile.load_profile(runtime), draft.journey(profile.today(runtime))
    )
    drafts.save_consents(runtime, draft, consents.ticked(runtime, asked, {}))
    opened = drafts.open_draft(runtime, token, browser)
    assert opened and opened.state.transcription
    day = opened.state.transcription.signed_on
    marks = [Signature("client", "Ana Moreno", on_paper=day)]
    signing.sign(
        runtime,
        opened,
        signing.Signing(marks, consents.consent_records(asked, opened.state.consents, day), "", ""),
    )
    return newest_record(runtime)


def logged(runtime: Runtime, action: str) -> list[tuple[str, dict[str, Any]]]:
    """Who did it, and what the log says of it."""
    with transaction(runtime.engine, write=False) as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action == action))
        return [(entry.actor, json.loads(entry.data_json)) for entry in rows]


@dataclass(frozen=True)
class TypedForm:
    """A paper form that Donna has typed: what was printed, who was expected,
    and the pages shown.
    """

    number: str
    day: date
    visit: str
    blank: str
    first_page: str
    signature_page: str
    record: Answer

    @property
    def digits(self) -> str:
        """The number as it is stored."""
        return self.number.replace(" ", "")

    @property
    def sentence(self) -> str:
        """Who typed what, as every document of the record says."""
        day = dates.day(self.day)
        return f"Typed by Donna Reyes from a paper form signed on {day} (number {self.number})."


@pytest.fixture
def typed_form(runtime: Runtime, donna: FlaskClient, browser: FlaskClient) -> TypedForm:
    """Ana is expected, and filled in a paper form three days ago; Donna types it and sends it."""
    visit = expect(runtime)
    blank = browser.get("/paper").text
    number = number_on(blank)
    day = profile.today(runtime) - timedelta(days=3)
    assert key_in(donna, number, day, visit=visit).location == "/intake"
    first_page = donna.get("/intake", follow_redirects=True).text
    typist = Typist(donna)
    path, values = HealthyAdult().walk_to_signature(typist, "/intake")
    signature_page = donna.get(path).text
    record = typist.post(path, [(key, value) for key, value in values if key != "drawing"])
    return TypedForm(number, day, visit, blank, first_page, signature_page, record)


def test_a_paper_form_is_typed_under_the_clients_name_and_nothing_is_drawn(
    donna: FlaskClient, typed_form: TypedForm
) -> None:
    assert "Paper form of <b>Ana Moreno</b>" in typed_form.first_page
    assert "<b>1.1</b> Who is filling in this form?" in typed_form.first_page
    assert "<canvas" not in typed_form.signature_page
    assert not donna.get_cookie("__Host-intake")


def test_the_pages_of_its_record_say_who_typed_it(
    donna: FlaskClient, typed_form: TypedForm
) -> None:
    text = typed_form.record.page.text
    assert typed_form.sentence in text
    assert "by hand on paper" in text
    assert "The answers about today are more than 24 hours old." in text
    sheet = words(donna.get(f"{typed_form.record.path}/caution").text)
    assert typed_form.sentence in sheet


def test_its_pdf_says_who_typed_it_and_claims_no_electronic_signature(
    donna: FlaskClient, typed_form: TypedForm
) -> None:
    text = text_of(donna.get(f"{typed_form.record.path}/pdf").data, "-raw")
    places = "on the first page, at the agreements, on the page of proof"
    assert text.count(typed_form.sentence) == 3, places
    assert "Client, signed by hand on the paper." in text
    assert "imple electronic signature" not in text
    assert "The client signed the" not in text


def test_its_evidence_names_the_paper_and_the_day_on_it(
    runtime: Runtime, typed_form: TypedForm
) -> None:
    evidence, _ = authenticity.load_verified(runtime, enter(runtime), newest_record(runtime))
    day = str(typed_form.day)
    assert evidence.from_paper == PaperOrigin("Donna Reyes", day, typed_form.digits)
    assert evidence.signatures == (Signature("client", "Ana Moreno", on_paper=day),)
    assert {one.at for one in evidence.consents if one.agreed} == {day}
    printed = words(typed_form.blank)
    assert [one.id for one in evidence.consents if words(one.text) not in printed] == []


def test_the_log_and_the_board_know_of_it_and_its_number_is_used_up(
    runtime: Runtime, donna: FlaskClient, typed_form: TypedForm
) -> None:
    me = enter(runtime).practitioner_id
    codes = {"number": typed_form.digits, "of": str(typed_form.day)}
    assert logged(runtime, "record.typed") == [(me, codes)]
    assert [actor for actor, _ in logged(runtime, "record.signed")] == [me]
    board = row(donna, typed_form.visit)
    assert "Reviewed by the therapist Today’s safety questions due" in board
    second = key_in(donna, typed_form.number)
    assert second.status_code == 422
    assert "is in the records already" in second.text


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"number": "4821 0937 5512"}, "No form of this practice has this number"),
        ({"number": "٤٨٢١ CANARY"}, "No form of this practice has this number"),
        ({"number": "12345678901é"}, "No form of this practice has this number."),
        ({"number": "١٢٣٤٥٦٧٨٩٠١٢"}, "No form of this practice has this number."),
        ({"whose": " "}, "Write the name as it stands on the paper."),
        ({"month": "2", "day": "30"}, "The date on the paper must be a real date"),
        ({"year": "2999"}, "This day is still to come."),
        ({"year": "2001"}, "This is more than a year ago."),
        ({"visit": "0" * 32}, "This visit is not waiting for a form any more."),
    ],
)
def test_what_cannot_be_is_said_beside_the_box_and_nothing_typed_is_lost(
    donna: FlaskClient, browser: FlaskClient, more: dict[str, str], sentence: str
) -> None:
    number = number_on(browser.get("/paper").text)
    answer = key_in(donna, **{"number": number, "whose": "Ana Moreno", **more})
    assert answer.status_code == 422 and sentence in answer.text
    assert f'value="{more.get("whose", "Ana Moreno").strip()}"' in answer.text
    assert not donna.get_cookie("__Host-intake")


def test_both_signatures_of_a_childs_paper_are_typed_and_neither_is_drawn(
    runtime: Runtime, donna: FlaskClient
) -> None:
    day, browser = profile.today(runtime), drafts.new_browser()
    sheet = transcription.printed_form(runtime, transcription.blank_number(runtime))
    token = transcription.begin(
        runtime, enter(runtime), sheet, transcription.SheetDetails("Ben Moreno", day, ""), browser
    )
    draft = clients.walk(runtime, token, browser, BEN)
    asked = consents.consents_on_paper(profile.load_profile(runtime), draft.journey(day))
    assert {"cs.minor", "min.authority"} <= {one.id for one in asked}
    drafts.save_consents(runtime, draft, consents.ticked(runtime, asked, {}))
    donna.set_cookie("__Host-intake", f"{token}.{browser}", secure=True)
    page = donna.get("/intake/sign")
    assert "Parent or guardian" in page.text and "canvas" not in page.text
    typed = {
        "name": "Ben Moreno",
        "guardian_name": "Lucia Moreno",
        "guardian_relationship": "mother",
    }
    forged = {
        "drawing": "{}",
        "guardian_drawing": '{"strokes": [[[1, 1, 1, 1]]], "width": 9, "height": 9}',
    }
    answer = donna.post("/intake/sign", data=dict(read(page.text).form.values()) | typed | forged)
    assert answer.status_code == 303 and answer.location.startswith("/records/")
    found, _ = authenticity.load_verified(runtime, enter(runtime), newest_record(runtime))
    assert [(mark.role, mark.name, mark.on_paper) for mark in found.signatures] == [
        ("client", "Ben Moreno", day.isoformat()),
        ("guardian", "Lucia Moreno", day.isoformat()),
    ]
    assert not [mark for mark in found.signatures if mark.drawing]


def test_two_who_type_the_same_sheet_make_one_record(
    runtime: Runtime, practice: Staff, browser: FlaskClient
) -> None:
    number = number_on(browser.get("/paper").text)
    sheet = transcription.printed_form(runtime, number)
    typed_at_once(runtime, DONNA, number, ANA)
    with (
        pytest.raises(transcription.UsedNumber),
        transaction(runtime.engine, write=True) as session,
    ):
        transcription.note_record(
            session,
            runtime,
            TranscribedForm("x", "Donna", "Ana", "2026-11-20", sheet.number, "", ""),
            "0" * 32,
        )


def test_what_is_typed_opens_for_the_one_who_types_it_and_only_while_they_are_signed_in(
    app: Flask, runtime: Runtime, donna: FlaskClient, browser: FlaskClient
) -> None:
    key_in(donna, number_on(browser.get("/paper").text))
    write(donna, "name", id__filler="self", id__first_name="CANARY", id__last_name="Moreno", **BORN)
    assert "CANARY" in donna.get("/intake/step/name").text
    for later in ("/intake/later", "/intake/paper"):
        assert donna.get(later).location == "/intake"
    donna.post("/sign-out", data={"csrf_token": csrf(donna.get("/paper/key").text)})
    pages = ("/intake/step/name", "/intake/check", "/intake/sign", "/intake/later", "/intake/paper")
    assert {donna.get(page).location for page in pages} == {"/sign-in"}
    for somebody in (DORA, ROSA):
        sign_in(donna, hire(runtime, somebody))
        answers = [donna.get(page) for page in pages]
        donna.post("/sign-out", data={"csrf_token": csrf(donna.get("/account").text)})
        assert {answer.status_code for answer in answers} == {403}
        assert "CANARY" not in "".join(answer.text for answer in answers)


def test_a_half_done_form_leads_to_its_visit_and_stays_the_clients(
    app: Flask, runtime: Runtime, practice: Staff, donna: FlaskClient
) -> None:
    visit = expect(runtime)
    ana = new_browser(app)
    ana.post(
        "/i",
        data={
            "csrf_token": csrf(ana.get("/i").text),
            "code": links.new_link(runtime, visit, "test"),
        },
    )
    write(ana, "name", id__filler="self", id__first_name="Ana", id__last_name="Moreno", **BORN)
    paper = ana.get("/intake/paper").text
    assert number_on(paper) == number_on(ana.get("/intake/paper").text)
    typed_at_once(runtime, DONNA, number_on(paper), ANA)
    assert "Signed" in row(donna, visit)
    assert "Moreno" in ana.get("/intake/step/name").text
    assert "has signed this form on a screen" not in key_in(donna, number_on(paper)).text


def test_a_half_done_form_that_was_signed_on_a_screen_is_not_typed_once_more(
    runtime: Runtime, practice: Staff, donna: FlaskClient
) -> None:
    visit, browser = expect(runtime), drafts.new_browser()
    token = links.begin_here(runtime, visit, "test")
    draft = drafts.open_draft(runtime, token, browser)
    assert draft
    drafts.bind_browser(runtime, draft, browser, "opened")
    number = transcription.half_done_number(runtime, draft)
    clients.sign(runtime, token, browser, ANA)
    assert "has signed this form on a screen" in key_in(donna, number).text


def test_an_addendum_to_it_names_the_day_on_the_paper_without_a_time(
    runtime: Runtime, practice: Staff
) -> None:
    """One that they sign on arrival, for which no record is opened, and one that Donna signs."""
    record_id = typed_at_once(runtime, DONNA, transcription.blank_number(runtime), ANA)
    found, head = authenticity.load_verified(runtime, enter(runtime), record_id)
    said = addenda.Content("Agreement taken back", "", (), {}, "Ana Moreno")
    with transaction(runtime.engine, write=True) as session:
        _, token = day_of_visit.begin(session, runtime, session.get_one(Record, record_id), "desk")
    short = drafts.open_draft(runtime, token, "")
    assert short and short.state.day_of_visit
    by_the_client = replace(
        addenda.record_reference(found), signed_at=short.state.day_of_visit.signed_at
    )
    with transaction(runtime.engine, write=True) as session:
        for of in (by_the_client, addenda.record_reference(found)):
            signed = addenda.store_signed(
                session,
                runtime,
                of,
                addenda.Signer("client", "Ana Moreno"),
                "consent_withdrawn",
                said,
            )
            printed = addendum_document.addendum_document(signed, head, "")
            assert printed.record_signed_at == dates.day(profile.today(runtime))


def test_the_paper_carries_every_agreement_that_its_answers_may_call_for(
    browser: FlaskClient, practice: Staff
) -> None:
    page = words(browser.get("/paper").text)
    titles = [one.title for one in CONSENTS_1.consents if one.id != consents.ON_SCREEN]
    assert [title for title in titles if title not in page] == []
    assert "sign this form on a screen" not in page


def test_a_sheet_is_typed_on_the_version_it_was_printed_with(
    runtime: Runtime, practice: Staff
) -> None:
    number = transcription.blank_number(runtime)
    assert transcription.printed_form(runtime, number).questionnaire == FORM_1
    wrong = f"{(int(number[0]) + 1) % 10}{number[1:]}"
    with pytest.raises(transcription.UnknownNumber):
        transcription.printed_form(runtime, wrong)

"""The client's own page: who gets in, what it shows,
and what happens to what they take back or ask for.
"""

import html as entities
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from intake_app.client_portal import page as mine
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from intake_app.models.audit import AuditEvent
from intake_app.models.client_requests import ClientRequest
from intake_app.models.engine import transaction
from intake_app.models.records import Addendum, ClientCopy, Record
from intake_app.pdf.pool import RenderPool
from intake_app.records import addenda
from tests.support import clients
from tests.support.clients import ANA, BEN
from tests.support.forms import post
from tests.support.html_pages import words
from tests.support.people import Staff, csrf, enter
from tests.support.runtimes import SavedPractice, new_browser

pytestmark = pytest.mark.starts_from("practice_with_record")

NEWS = "/mine/agreements/cs.marketing"
TEXT = "My phone number has a wrong digit: it ends in 4."


@pytest.fixture
def signed(runtime: Runtime, saved_practice: SavedPractice) -> tuple[str, str]:
    """Ana's token, and the name of their own browser."""
    browser = drafts.new_browser()
    page = mine.open_page(runtime, saved_practice.token, browser)
    assert page is not None
    mine.bind_browser(runtime, page, browser)
    return saved_practice.token, browser


@pytest.fixture
def ana(app: Flask, signed: tuple[str, str]) -> FlaskClient:
    """The browser they signed in."""
    client = new_browser(app)
    client.set_cookie("__Host-intake", ".".join(signed), secure=True)
    return client


@pytest.fixture
def elsewhere(app: Flask, signed: tuple[str, str]) -> FlaskClient:
    """Their link, opened in another browser."""
    client = new_browser(app)
    assert use_link(client, signed[0]).location == "/mine"
    return client


def use_link(client: FlaskClient, code: str) -> Any:
    return client.post("/i", data={"csrf_token": csrf(client.get("/i").text), "code": code})


def born(client: FlaskClient, year: str = "1955") -> Any:
    page = client.get("/mine/identity").text
    day = dict(zip(("year", "month", "day"), ANA["id.dob"].split("-"), strict=True)) | {
        "year": year
    }
    return client.post("/mine/identity", data={"csrf_token": csrf(page), **day})


def text(client: FlaskClient, path: str = "/mine") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.location
    return entities.unescape(words(answer.text))


def record_id(runtime: Runtime) -> str:
    with transaction(runtime.engine, write=False) as session:
        return session.scalars(select(Record.id)).one()


# Who gets in


def test_the_browser_they_signed_in_opens_it_and_gets_their_copy(ana: FlaskClient) -> None:
    assert f'href="{NEWS}"' in ana.get("/mine").text
    copy = ana.get("/intake/copy")
    assert copy.data.startswith(b"%PDF-")
    assert copy.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in copy.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/mine", "/intake/copy", "/intake/done", NEWS, "/mine/correction"]
)
def test_a_new_browser_sees_nothing_before_it_names_the_date_of_birth(
    elsewhere: FlaskClient, path: str
) -> None:
    assert elsewhere.get(path).location == "/mine/identity"
    assert "Ana" not in elsewhere.get("/mine/identity").text


def test_the_right_date_opens_it_and_ends_the_other_browser(
    elsewhere: FlaskClient, ana: FlaskClient
) -> None:
    year = ANA["id.dob"][:4]
    assert born(elsewhere, "1901").status_code == 422
    assert born(elsewhere, year).location == "/mine"
    assert "Your agreements" in text(elsewhere)
    assert ana.get("/mine").location == "/mine/identity"


def test_the_browser_they_left_is_told_and_may_have_it_back(
    elsewhere: FlaskClient, ana: FlaskClient
) -> None:
    taken = "Your page was opened on another device That was on"
    assert taken not in text(elsewhere, "/mine/identity")
    born(elsewhere)
    assert taken in text(ana, "/mine/identity")
    born(ana)
    assert "Your agreements" in text(ana)
    assert taken in text(elsewhere, "/mine/identity")


def test_who_lost_the_form_before_it_was_signed_is_told_after_it(
    app: Flask, runtime: Runtime, practice: Staff
) -> None:
    first, second = drafts.new_browser(), drafts.new_browser()
    token = drafts.create(runtime, first)
    draft = drafts.open_draft(runtime, token, second)
    assert draft is not None
    drafts.bind_browser(runtime, draft, second, "identified")
    clients.complete(runtime, token, second, BEN)
    left = new_browser(app)
    left.set_cookie("__Host-intake", f"{token}.{first}", secure=True)
    assert "Your page was opened on another device" in text(left, "/mine/identity")


def test_five_wrong_dates_an_hour_and_no_more(elsewhere: FlaskClient) -> None:
    assert [born(elsewhere, str(1900 + n)).status_code for n in range(6)] == [422] * 5 + [429]


def test_after_thirty_days_the_link_opens_nothing_like_one_that_never_was(
    app: Flask, runtime: Runtime, ana: FlaskClient, signed: tuple[str, str]
) -> None:
    app.extensions["runtime"] = replace(runtime, clock=lambda: runtime.clock() + timedelta(days=31))
    assert ana.get("/mine").location == "/i"
    assert ana.get("/intake/copy").status_code == 404
    old, never = (use_link(new_browser(app), code) for code in (signed[0], "A" * 22))
    assert old.status_code == never.status_code == 404
    assert _plain(old.text) == _plain(never.text)


def _plain(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


# Taking back


def test_taking_an_agreement_back_says_first_what_follows(ana: FlaskClient) -> None:
    assert "Nothing else changes. You can still come" in text(ana, NEWS)
    assert "without this agreement there is no massage" in text(ana, "/mine/agreements/cs.informed")
    assert ana.get("/mine/agreements/cs.unknown").status_code == 404


def test_what_they_take_back_is_signed_sealed_and_printed_at_once_without_a_therapist(
    ana: FlaskClient, runtime: Runtime
) -> None:
    assert post(ana, NEWS, NEWS).location == "/mine#agreements"
    page = text(ana)
    assert "Send me news and offers: taken back" in page
    assert f'href="{NEWS}"' not in ana.get("/mine").text
    with transaction(runtime.engine, write=False) as session:
        row = session.scalars(select(Addendum)).one()
        assert (row.kind, row.pdf is not None) == ("consent_withdrawn", True)
        entry = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "addendum.signed")
        ).one()
        assert entry.actor == "client"
    donna, own = enter(runtime), record_id(runtime)
    assert addenda.pdf(runtime, donna, own, row.id).startswith(b"%PDF-")
    assert addenda.for_record(runtime, donna, own)[0].data["consent"] == "cs.marketing"


def test_pressing_twice_takes_back_once(ana: FlaskClient, runtime: Runtime) -> None:
    token = csrf(ana.get(NEWS).text)
    for _ in range(2):
        assert ana.post(NEWS, data={"csrf_token": token}).location == "/mine#agreements"
    assert ana.get(NEWS).location == "/mine#agreements"
    with transaction(runtime.engine, write=False) as session:
        assert len(session.scalars(select(Addendum.id)).all()) == 1


def test_when_no_paper_can_be_made_it_is_taken_back_all_the_same(
    app: Flask, ana: FlaskClient, runtime: Runtime
) -> None:
    hasty = RenderPool(
        size=1, timeout=0.001, memory_limit=2**30, seal_file=runtime.settings.seal_file
    )
    app.extensions["runtime"] = replace(runtime, pool=hasty)
    post(ana, NEWS, NEWS)
    hasty.close()
    donna, own = enter(runtime), record_id(runtime)
    found = addenda.for_record(runtime, donna, own)[0]
    assert not found.has_pdf
    assert addenda.pdf(runtime, donna, own, found.id).startswith(b"%PDF-")


def test_the_therapist_is_told_before_they_open_anything_and_again_on_the_record(
    ana: FlaskClient, donna: FlaskClient, runtime: Runtime
) -> None:
    post(ana, NEWS, NEWS)
    own = record_id(runtime)
    assert "an agreement was taken back" in text(donna, "/records")
    assert "An agreement was taken back: Send me news and offers" in text(donna, f"/records/{own}")
    page = donna.get(f"/records/{own}/wishes").text
    button = re.search(r'action="(/records/\w+/wishes/\w+/seen)"', page)
    assert button
    donna.post(button[1], data={"csrf_token": csrf(page)})
    assert "an agreement was taken back" not in text(donna, "/records")


# Asking


@pytest.mark.parametrize("kind", ["correction", "deletion"])
def test_a_wish_waits_in_the_inbox_and_the_answer_comes_back_to_them(
    ana: FlaskClient, donna: FlaskClient, runtime: Runtime, kind: str
) -> None:
    assert post(ana, f"/mine/{kind}", f"/mine/{kind}", text=TEXT).location == "/mine#wishes"
    assert "has not answered yet" in text(ana)
    assert "asks for" in text(donna, "/records")
    path = f"/records/{record_id(runtime)}/wishes"
    assert TEXT in text(donna, path)
    answer = answered(
        donna, path, done="no", reason="The law asks us to keep it until 2033.", name="Donna Reyes"
    )
    assert answer.status_code == 303
    assert "Not done" in text(ana)
    assert "The law asks us to keep it until 2033." in text(ana)
    assert "asks for" not in text(donna, "/records")
    kinds = [one.kind for one in addenda.for_record(runtime, enter(runtime), record_id(runtime))]
    assert kinds == [f"{kind}_asked", "request_answered"]


def answered(donna: FlaskClient, path: str, **fields: str) -> Any:
    page = donna.get(path).text
    action = re.search(r'action="(/records/\w+/wishes/\w{32})"', page)
    assert action
    return donna.post(action[1], data={"csrf_token": csrf(page), **fields})


def test_an_answer_without_a_reason_comes_back_with_what_was_typed(
    ana: FlaskClient, donna: FlaskClient, runtime: Runtime
) -> None:
    post(ana, "/mine/correction", "/mine/correction", text=TEXT)
    answer = answered(
        donna, f"/records/{record_id(runtime)}/wishes", done="yes", name="Donna Reyes"
    )
    assert answer.status_code == 422
    assert "Write what you did, or why not." in answer.text
    assert 'value="Donna Reyes"' in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Write a few words"), ("x" * 2001, "at most 2000"), ("a\x1bb", "cannot be printed")],
)
def test_a_wish_that_cannot_be_sent_is_kept_on_the_page(
    ana: FlaskClient, typed: str, sentence: str
) -> None:
    answer = post(ana, "/mine/correction", "/mine/correction", text=typed)
    assert answer.status_code == 422
    assert sentence in answer.text


# At rest


def test_nothing_of_it_lies_readable_in_the_database_and_the_log_holds_codes_only(
    ana: FlaskClient, runtime: Runtime
) -> None:
    post(ana, NEWS, NEWS)
    post(ana, "/mine/correction", "/mine/correction", text=TEXT)
    raw = b"".join(file.read_bytes() for file in runtime.settings.data.glob("intake.db*"))
    assert [
        word
        for word in ("wrong digit", "marketing", "news and offers", "Moreno")
        if word.encode() in raw
    ] == []
    with transaction(runtime.engine, write=False) as session:
        assert audit.verify(session, runtime.keys).ok
        assert {len(row.blob) % 4096 for row in session.scalars(select(ClientRequest))} == {
            1 + 12 + 16
        }
        assert {len(row.card or b"") % 4096 for row in session.scalars(select(ClientCopy))} == {
            1 + 12 + 16
        }
        told = session.scalars(
            select(AuditEvent.data_json).where(AuditEvent.action == "addendum.signed")
        ).all()
        assert {tuple(sorted(json.loads(one))) for one in told} == {("addendum", "kind", "sealed")}


def test_a_wish_moved_to_another_row_is_not_shown_as_theirs(
    ana: FlaskClient, donna: FlaskClient, runtime: Runtime
) -> None:
    post(ana, "/mine/correction", "/mine/correction", text=TEXT)
    post(ana, "/mine/deletion", "/mine/deletion", text="All of it")
    with transaction(runtime.engine, write=True) as session:
        first, second = session.scalars(select(ClientRequest)).all()
        first.blob, second.blob = second.blob, first.blob
    assert donna.get(f"/records/{record_id(runtime)}/wishes").status_code == 409
    assert ana.get("/mine").status_code == 409


def test_the_front_desk_reads_no_wish(
    ana: FlaskClient, desk: FlaskClient, runtime: Runtime
) -> None:
    post(ana, "/mine/correction", "/mine/correction", text=TEXT)
    assert desk.get(f"/records/{record_id(runtime)}/wishes").status_code == 403
    assert "wrong digit" not in desk.get("/desk").text

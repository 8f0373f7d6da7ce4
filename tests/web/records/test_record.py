"""The inbox, a record on screen, its PDF, a new personal link:
what Donna sees, and what nobody else does.
"""

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from intake_app.core.runtime import Runtime
from intake_app.crypto import age, server_keys
from intake_app.intake import drafts
from intake_app.models.audit import AuditEvent
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.records import Document, Record
from intake_app.pdf.pool import RenderPool
from tests.support.clients import ANA_MINIMAL, BEN, make_record
from tests.support.people import Staff, csrf, sign_in
from tests.support.runtimes import new_browser

ANA = ANA_MINIMAL | {
    "v.reason": "My left shoulder is stiff since August.",
    "td.clot_sign": "yes",
    "bm.areas": ["shoulder_front_l", "calf_r"],
    "bm.marks": {"shoulder_front_l": {"pain": 7}, "calf_r": {"avoid": True}},
    "go.goals": ["relax_stress"],
    "pr.overall": "firm",
}


@pytest.fixture
def ana(runtime: Runtime, practice: Staff) -> str:
    """Ana has signed. Returns the id of their record."""
    return make_record(runtime, ANA)


def copy_of(real: Record, record_id: str, runtime: Runtime) -> Record:
    """A row with the same sealed answers under another id,
    as somebody with the database alone could write it.
    """
    return Record(
        id=record_id,
        status="complete",
        sealed=real.sealed,
        sealed_sha256=real.sealed_sha256,
        definition_sha256=real.definition_sha256,
        directory=server_keys.encrypt_directory(
            runtime.keys, f"record:{record_id}", b'{"name": "Ana Moreno"}'
        ),
        signed_at=real.signed_at,
    )


def logged(runtime: Runtime, record_id: str) -> list[str]:
    with transaction(runtime.engine, write=False) as session:
        found = (
            select(AuditEvent.action)
            .where(AuditEvent.subject == record_id)
            .order_by(AuditEvent.seq)
        )
        return list(session.scalars(found))


def text(browser: FlaskClient, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True)))


def title(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page)
    assert found
    return found[1]


# Inbox


def test_an_empty_inbox_says_how_to_reach_a_client(donna: FlaskClient) -> None:
    page = text(donna, "/records")
    assert re.search(r">https?://[\w.]+/<", page)
    assert 'href="/records/new"' in page
    assert "No form is being filled in now" in page


def test_a_signed_intake_is_new_until_they_open_it(donna: FlaskClient, ana: str) -> None:
    page = text(donna, "/records")
    assert "Ana Moreno" in page
    assert ">New<" in page
    text(donna, f"/records/{ana}")
    page = text(donna, "/records")
    assert ">Opened<" in page
    assert ">New<" not in page


def test_new_ones_come_before_those_they_have_opened(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    ben = make_record(runtime, BEN)
    text(donna, f"/records/{ben}")
    page = text(donna, "/records")
    assert page.index("Ana Moreno") < page.index("Ben Ode")


def test_the_time_is_the_practices_own(donna: FlaskClient, runtime: Runtime, ana: str) -> None:
    with transaction(runtime.engine, write=False) as session:
        assert session.get_one(Record, ana).signed_at.utcoffset() is not None
    assert re.search(r'<time datetime="[^"]+-0[56]:00">', text(donna, "/records"))


def test_forms_being_filled_in_are_counted_and_nothing_more(
    donna: FlaskClient, runtime: Runtime, practice: Staff
) -> None:
    drafts.create(runtime, drafts.new_browser())
    assert "1 form is being filled in" in text(donna, "/records")


def test_an_entry_moved_to_another_row_hides_only_itself(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    ben = make_record(runtime, BEN)
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Record, ben).directory = session.get_one(Record, ana).directory
    page = text(donna, "/records")
    assert "Ana Moreno" in page
    assert "Name cannot be read" in page


def test_fifty_on_a_page_and_the_rest_on_the_next(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    with transaction(runtime.engine, write=True) as session:
        real = session.get_one(Record, ana)
        session.add_all(copy_of(real, f"{number:032}", runtime) for number in range(50))
    first, second = text(donna, "/records"), text(donna, "/records?page=2")
    assert first.count("<tr>") == 51
    assert second.count("<tr>") == 2
    assert "/records?page=2" in first
    assert "/records?page=1" in second


def test_a_page_number_that_is_none_is_not_found(donna: FlaskClient) -> None:
    for number in ("0", "-1", "x", "99999999999", "9" * 5_000):
        text(donna, f"/records?page={number}", status=404)


# A record


def test_the_record_page_begins_with_what_to_read_first(donna: FlaskClient, ana: str) -> None:
    page = text(donna, f"/records/{ana}")
    for words in (
        "Ana Moreno",
        "My left shoulder is stiff since August.",
        "pain 7",
        "do not touch",
        "Firm",
    ):
        assert words in page
    assert page.index("30-second card") < page.index("About you")
    assert page.count("<svg") >= 2


def test_no_staff_page_has_a_client_in_its_title(donna: FlaskClient, ana: str) -> None:
    for address in ("/records", f"/records/{ana}", "/records/new"):
        assert "Ana" not in title(text(donna, address))


def test_every_look_and_every_download_is_written_down(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    donna.get(f"/records/{ana}")
    donna.get(f"/records/{ana}/pdf")
    donna.get(f"/records/{ana}")
    assert logged(runtime, ana)[2:] == ["record.viewed", "record.downloaded", "record.viewed"]


def test_the_pdf_is_a_file_to_keep_and_never_a_page(donna: FlaskClient, ana: str) -> None:
    answer = donna.get(f"/records/{ana}/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="intake-{ana[:8]}.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_record_that_does_not_exist_is_not_found(donna: FlaskClient) -> None:
    text(donna, "/records/" + "0" * 32, status=404)
    text(donna, "/records/" + "0" * 32 + "/pdf", status=404)
    text(donna, "/records/short", status=404)


def test_a_paper_that_failed_is_made_when_they_open_the_record(
    donna: FlaskClient, runtime: Runtime, practice: Staff
) -> None:
    hasty = RenderPool(
        size=1, timeout=0.001, memory_limit=2**30, seal_file=runtime.settings.seal_file
    )
    ana = make_record(replace(runtime, pool=hasty), ANA)
    hasty.close()
    assert "Signed, PDF being finished" in text(donna, "/records")
    assert f'href="/records/{ana}/pdf"' in text(donna, f"/records/{ana}")
    assert donna.get(f"/records/{ana}/pdf").data.startswith(b"%PDF-")


def test_while_no_paper_can_be_made_the_answers_are_shown_all_the_same(
    app: Flask, runtime: Runtime, practice: Staff
) -> None:
    hasty = RenderPool(
        size=1, timeout=0.001, memory_limit=2**30, seal_file=runtime.settings.seal_file
    )
    app.extensions["runtime"] = replace(runtime, pool=hasty)
    donna = new_browser(app)
    sign_in(donna, practice)
    ana = make_record(replace(runtime, pool=hasty), ANA)
    page = text(donna, f"/records/{ana}")
    assert "The PDF is not made yet" in page
    assert "Ana Moreno" in page
    assert donna.get(f"/records/{ana}/pdf").status_code == 503
    hasty.close()


# Records that are not what they say


def refused(browser: FlaskClient, record_id: str) -> bool:
    """Neither shown nor downloaded, and nothing of it on the page that says so."""
    pages = [text(browser, f"/records/{record_id}{end}", status=409) for end in ("", "/pdf")]
    return all("not authentic" in page and "Moreno" not in page for page in pages)


def test_two_records_swapped_in_the_database_are_not_shown(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    ben = make_record(runtime, BEN)
    with transaction(runtime.engine, write=True) as session:
        one, two = session.get_one(Record, ana), session.get_one(Record, ben)
        one.sealed, two.sealed = two.sealed, one.sealed
        one.sealed_sha256, two.sealed_sha256 = two.sealed_sha256, one.sealed_sha256
    assert refused(donna, ana)
    assert refused(donna, ben)
    assert "record.viewed" not in logged(runtime, ana)


def test_a_record_put_in_from_outside_is_not_shown(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    with transaction(runtime.engine, write=True) as session:
        session.add(copy_of(session.get_one(Record, ana), "f" * 32, runtime))
    assert refused(donna, "f" * 32)


def test_a_flipped_byte_in_a_record_or_in_its_pdf_is_found(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    with transaction(runtime.engine, write=True) as session:
        document = session.get_one(Document, ana)
        document.sealed = document.sealed[:-1] + bytes([document.sealed[-1] ^ 1])
    assert "not authentic" in text(donna, f"/records/{ana}/pdf", status=409)
    assert "Ana Moreno" in text(donna, f"/records/{ana}")
    with transaction(runtime.engine, write=True) as session:
        record = session.get_one(Record, ana)
        record.sealed = record.sealed[:-1] + bytes([record.sealed[-1] ^ 1])
    assert refused(donna, ana)


def test_another_pdf_sealed_to_the_practice_does_not_pass_for_theirs(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    with transaction(runtime.engine, write=True) as session:
        practice_key = re.findall(r"age1\w+", runtime.settings.recipients_file.read_text())
        session.get_one(Document, ana).sealed = age.encrypt_to(b"%PDF-1.7 forged", practice_key)
    text(donna, f"/records/{ana}/pdf", status=409)


# A new personal link


def make_link(browser: FlaskClient, **typed: str) -> str:
    token = csrf(browser.get("/records/new").get_data(as_text=True))
    answer = browser.post("/records/new", data={"csrf_token": token, **typed})
    return unescape(answer.get_data(as_text=True))


def code_on(page: str) -> str:
    found = re.search(r"https?://[\w.]+/i#([\w-]{22})", page)
    assert found
    return found[1]


def test_a_new_link_opens_a_form_and_is_shown_once(donna: FlaskClient, runtime: Runtime) -> None:
    code = code_on(make_link(donna, first_name="Ana"))
    assert drafts.open_draft(runtime, code, "a browser") is not None
    inbox = text(donna, "/records")
    assert "Ana" in inbox
    assert code not in inbox


def test_a_date_of_birth_guards_the_link(donna: FlaskClient, runtime: Runtime) -> None:
    code = code_on(make_link(donna, first_name="Ana", month="3", day="14", year="1955"))
    draft = drafts.open_draft(runtime, code, "a browser")
    assert draft is not None
    assert draft.birth_date == "1955-03-14"
    assert not draft.same_browser


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first_name": ""}, "Write the first name"),
        ({"first_name": "Ana", "month": "2", "day": "30", "year": "1955"}, "must be a real date"),
        ({"first_name": "Ana", "month": "2"}, "must include a day and a year"),
        ({"first_name": "Ana", "month": "2", "day": "3", "year": "1755"}, "Check the year"),
        ({"first_name": "Ana" * 40}, "at most 60 characters"),
        ({"first_name": "A\x00na"}, "cannot be printed"),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(
    donna: FlaskClient, runtime: Runtime, typed: dict[str, str], sentence: str
) -> None:
    page = make_link(donna, **typed)
    assert sentence in page
    assert all(
        f'value="{value}"' in page for value in typed.values() if value and "\x00" not in value
    )
    with transaction(runtime.engine, write=False) as session:
        assert session.scalars(select(Draft)).all() == []


def test_the_front_desk_cannot_open_any_of_this(desk: FlaskClient, ana: str) -> None:
    for address in ("/records", f"/records/{ana}", f"/records/{ana}/pdf", "/records/new"):
        text(desk, address, status=403)

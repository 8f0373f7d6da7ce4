"""How long a record is saved_practice: its last day, a legal hold, erasing it,
and the receipt that stays.
"""

import hashlib
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from intake_app.client_portal import page as mine
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from intake_app.models.base import Base
from intake_app.models.engine import transaction
from intake_app.models.erasures import Erasure
from intake_app.models.records import Addendum, Document, Record
from intake_app.operations import doctor
from intake_app.records import retention
from tests.support.clients import newest_record
from tests.support.html_pages import words
from tests.support.people import csrf
from tests.support.runtimes import SavedPractice

pytestmark = pytest.mark.starts_from("practice_with_record")

WHY = {"why": "client_asked"}
PAST = date(2020, 1, 1)


@pytest.fixture
def ana(runtime: Runtime) -> str:
    """The id of their record."""
    return newest_record(runtime)


def act_on_record(donna: FlaskClient, ana: str, act: str, **fields: str) -> tuple[int, str]:
    page = donna.get(f"/records/{ana}/keeping").text
    answer = donna.post(f"/records/{ana}/{act}", data={"csrf_token": csrf(page), **fields})
    return answer.status_code, words(answer.text) if answer.status_code != 303 else answer.location


def end_its_time(runtime: Runtime, record_id: str) -> None:
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Record, record_id).keep_until = PAST


@pytest.mark.parametrize(
    ("years", "born", "signed", "last"),
    [
        (7, date(1955, 3, 14), date(2026, 11, 24), date(2033, 11, 24)),
        (10, date(1955, 3, 14), date(2026, 11, 24), date(2036, 11, 24)),
        (7, date(1955, 3, 14), date(2028, 2, 29), date(2035, 2, 28)),
        (7, date(2015, 6, 1), date(2026, 11, 24), date(2040, 12, 31)),
        (7, date(2008, 11, 25), date(2026, 11, 24), date(2033, 12, 31)),
        (7, date(2008, 11, 24), date(2026, 11, 24), date(2033, 11, 24)),
        (20, date(2015, 6, 1), date(2026, 11, 24), date(2046, 11, 24)),
    ],
)
def test_the_practices_years_and_for_a_child_the_year_they_turn_25_whichever_is_later(
    years: int, born: date, signed: date, last: date
) -> None:
    assert retention.keep_until(years, born, signed) == last


def test_the_last_day_is_set_at_signing_and_shown(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    with transaction(runtime.engine, write=False) as session:
        row = session.get_one(Record, ana)
        assert row.keep_until is not None
        assert 7 * 365 < (row.keep_until - row.signed_at.date()).days < 7 * 366
        said = f"Until {row.keep_until.day} {row.keep_until:%B %Y}"
    assert said in words(donna.get(f"/records/{ana}/keeping").text)


def test_what_is_over_is_erased_by_itself_when_the_next_form_is_begun(
    runtime: Runtime, ana: str, saved_practice: SavedPractice
) -> None:
    drafts.create(runtime, drafts.new_browser())
    assert doctor.records_there(runtime).ok
    end_its_time(runtime, ana)
    drafts.create(runtime, drafts.new_browser())
    with transaction(runtime.engine, write=False) as session:
        assert session.get(Record, ana) is None
        assert (session.get_one(Erasure, ana).why, session.get_one(Erasure, ana).by) == (
            "time_over",
            "system",
        )
        assert audit.verify(session, runtime.keys).ok
    assert doctor.records_there(runtime).ok
    assert mine.open_page(runtime, saved_practice.token, "") is None


def test_the_clock_does_it_too(runtime: Runtime, ana: str) -> None:
    late = replace(runtime, clock=lambda: runtime.clock() + timedelta(days=366 * 8))
    assert drafts.purge_expired(runtime) == 0
    assert drafts.purge_expired(late) >= 1
    with transaction(runtime.engine, write=False) as session:
        assert session.get(Record, ana) is None


def test_a_legal_hold_keeps_it_and_its_reason_is_sealed(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    assert act_on_record(donna, ana, "hold", reason="")[0] == 422
    assert act_on_record(donna, ana, "hold", reason="A claim of the insurance") == (
        303,
        f"/records/{ana}/keeping",
    )
    end_its_time(runtime, ana)
    assert drafts.purge_expired(runtime) == 0
    assert "A claim of the insurance" in words(donna.get(f"/records/{ana}/keeping").text)
    assert act_on_record(donna, ana, "erase", **WHY, sure="y") == (
        422,
        act_on_record(donna, ana, "erase", **WHY, sure="y")[1],
    )
    raw = b"".join(file.read_bytes() for file in runtime.settings.data.glob("intake.db*"))
    assert b"claim of the" not in raw
    act_on_record(donna, ana, "release")
    assert drafts.purge_expired(runtime) == 1


def test_before_its_last_day_it_is_erased_only_when_the_owner_says_that_the_law_allows_it(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    status, page = act_on_record(donna, ana, "erase", **WHY)
    assert status == 422
    assert "Its time is not over" in page
    assert act_on_record(donna, ana, "erase", sure="y")[0] == 422
    assert act_on_record(donna, ana, "erase", **WHY, sure="y") == (303, f"/records/erased/{ana}")
    assert donna.get(f"/records/{ana}").status_code == 404
    assert f"/records/erased/{ana}" in donna.get("/records/erased").text


def test_the_receipt_says_when_and_why_and_proves_what_and_nothing_about_the_client(
    donna: FlaskClient, runtime: Runtime, ana: str
) -> None:
    with transaction(runtime.engine, write=False) as session:
        parts = [
            session.get_one(Record, ana).sealed_sha256,
            session.get_one(Document, ana).pdf_sha256,
        ]
    act_on_record(donna, ana, "erase", **WHY, sure="y")
    page = words(donna.get(f"/records/erased/{ana}").text)
    assert "the client asked for it" in page
    assert hashlib.sha256("\n".join(parts).encode()).hexdigest() in page
    assert "Ana" not in page
    assert "Moreno" not in page


def test_no_row_of_any_table_names_the_record_but_the_receipt_and_the_log(
    donna: FlaskClient, runtime: Runtime, ana: str, saved_practice: SavedPractice
) -> None:
    page = mine.open_page(runtime, saved_practice.token, "")
    assert page is not None
    mine.take_back(runtime, page, "cs.marketing")
    act_on_record(donna, ana, "hold", reason="A claim")
    act_on_record(donna, ana, "release")
    act_on_record(donna, ana, "erase", **WHY, sure="y")
    with transaction(runtime.engine, write=False) as session:
        tables = [
            table.name
            for table in Base.metadata.sorted_tables
            if table.name not in {"audit_event", "erasure"}
        ]
        found = [
            table
            for table in tables
            for row in session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - ours
            if ana in map(str, row)
        ]
        assert found == []
        assert session.scalars(select(Addendum.id)).all() == []
        assert audit.verify(session, runtime.keys).ok


def pieces_of(runtime: Runtime, record_id: str) -> list[bytes]:
    """32 bytes from every page or so of what is sealed about them."""
    with transaction(runtime.engine, write=False) as session:
        blobs = [session.get_one(table, record_id).sealed for table in (Record, Document)]
    return [blob[at : at + 32] for blob in blobs for at in range(64, len(blob) - 32, 1024)]


def on_disk(runtime: Runtime, pieces: list[bytes]) -> int:
    """How many of them stand in a file of the running database."""
    data = b"".join(file.read_bytes() for file in runtime.settings.data.glob("intake.db*"))
    return sum(piece in data for piece in pieces)


@pytest.mark.parametrize("by", ["the owner", "time"])
def test_what_was_erased_stands_in_no_file_not_even_sealed(
    donna: FlaskClient, runtime: Runtime, ana: str, by: str
) -> None:
    """Also not in the write-ahead log, and although the database stays open."""
    pieces = pieces_of(runtime, ana)
    act_on_record(donna, ana, "hold", reason="A claim of the insurance")
    act_on_record(donna, ana, "release")
    assert on_disk(runtime, pieces) > 0.9 * len(pieces) > 50
    if by == "time":
        end_its_time(runtime, ana)
        drafts.create(runtime, drafts.new_browser())
    else:
        act_on_record(donna, ana, "erase", **WHY, sure="y")
    assert retention.receipt(runtime, ana)
    assert on_disk(runtime, pieces) == 0


def test_only_the_owner_erases_and_types_their_passphrase_again_when_it_is_long_ago(
    colleague: FlaskClient,
    desk: FlaskClient,
    donna: FlaskClient,
    app: object,
    runtime: Runtime,
    ana: str,
) -> None:
    assert act_on_record(colleague, ana, "erase", **WHY, sure="y")[0] == 403
    assert "Erase it for good" not in colleague.get(f"/records/{ana}/keeping").text
    assert desk.get(f"/records/{ana}/keeping").status_code == 403
    app.extensions["runtime"] = replace(
        runtime, clock=lambda: runtime.clock() + timedelta(minutes=6)
    )  # type: ignore[attr-defined]
    assert "Your passphrase once more" in act_on_record(donna, ana, "erase", **WHY, sure="y")[1]
    with transaction(runtime.engine, write=False) as session:
        assert session.get(Record, ana) is not None


def test_a_receipt_that_never_was_is_not_found(donna: FlaskClient) -> None:
    assert donna.get("/records/erased/" + "0" * 32).status_code == 404
    assert re.search("Nothing was erased", donna.get("/records/erased").text)

"""What is signed later: it names the record it belongs to, stays closed without a key,
and never changes anything.
"""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.records import Addendum, Document, Record
from intake_app.pdf.addendum_document import AddendumEntry
from intake_app.pdf.pool import RenderPool
from intake_app.pdf.safety_card import LabelledText
from intake_app.pdf.verify import check
from intake_app.records import addenda, authenticity, open_record
from intake_app.records.addenda import Content
from tests.support import clients
from tests.support.clients import ANA_MINIMAL, make_record
from tests.support.people import Staff, enter
from tests.support.verapdf import failures

ANA = ANA_MINIMAL | {
    "pr.overall": "firm",
}
ENTRY = AddendumEntry(
    "No photos any more",
    "",
    (LabelledText("You may take photos", "Agreed"),),
    (LabelledText("Withdrawn", "Ana asked on the phone."),),
)
CONTENT = Content(
    "Withdrawn agreement",
    "The client took an agreement back.",
    [ENTRY],
    {"id": "cs.photo"},
    "Donna Reyes",
)


@pytest.fixture
def donna(runtime: Runtime, practice: Staff) -> StaffIdentity:
    return enter(runtime)


@pytest.fixture
def ana(runtime: Runtime, practice: Staff) -> str:
    return make_record(runtime, ANA)


@pytest.fixture
def hasty(runtime: Runtime) -> Iterator[Runtime]:
    """A house whose press never finishes in time."""
    pool = RenderPool(
        size=1, timeout=0.001, memory_limit=2**30, seal_file=runtime.settings.seal_file
    )
    yield replace(runtime, pool=pool)
    pool.close()


def log(runtime: Runtime, action: str) -> list[dict[str, Any]]:
    with transaction(runtime.engine, write=False) as session:
        found = (
            select(AuditEvent.data_json).where(AuditEvent.action == action).order_by(AuditEvent.seq)
        )
        return [json.loads(one) for one in session.scalars(found)]


def test_an_addendum_is_a_valid_sealed_pdf_that_names_the_records_own_hash(
    runtime: Runtime, donna: StaffIdentity, ana: str, tmp_path: Path
) -> None:
    own = addenda.sign(runtime, donna, ana, "consent_withdrawn", CONTENT)
    file, record = tmp_path / "addendum.pdf", open_record.download_pdf(runtime, donna, ana)
    file.write_bytes(addenda.pdf(runtime, donna, ana, own))
    assert failures(file, profiles="3a,ua1") == ""
    words = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, check=True
    ).stdout.decode()
    assert hashlib.sha256(record).hexdigest() in "".join(words.split())
    assert ana in "".join(words.split())
    for said in ("Ana Moreno", "Withdrawn agreement", "Ana asked on the phone.", "Donna Reyes"):
        assert said in words
    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, file], check=True)
    attached = json.loads((tmp_path / "addendum.json").read_text())
    assert attached["record_pdf_sha256"] == hashlib.sha256(record).hexdigest()
    assert attached["data"] == {"id": "cs.photo"}
    said = subprocess.run(["pdfsig", file], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    root = (runtime.settings.seal_file.parent / "ca.pem").read_bytes()
    assert check(file.read_bytes(), [root]).ok


def test_the_record_itself_is_never_touched(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    def stored() -> tuple[bytes, bytes]:
        with transaction(runtime.engine, write=False) as session:
            return session.get_one(Record, ana).sealed, session.get_one(Document, ana).sealed

    before = stored()
    addenda.sign(runtime, donna, ana, "consent_withdrawn", CONTENT)
    assert stored() == before


def test_several_addenda_stand_side_by_side_and_each_names_those_before_it(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    first = addenda.sign(runtime, donna, ana, "consent_withdrawn", CONTENT)
    second = addenda.sign(runtime, donna, ana, "note", replace(CONTENT, title="A note"))
    assert [(one.id, one.kind, one.by) for one in addenda.for_record(runtime, donna, ana)] == [
        (first, "consent_withdrawn", "Donna Reyes"),
        (second, "note", "Donna Reyes"),
    ]
    with transaction(runtime.engine, write=False) as session:
        sealed = session.get_one(Addendum, second).sealed
    assert json.loads(age.decrypt_with(sealed, donna.identities))["earlier"][0][0] == first


def test_nothing_of_it_can_be_read_without_a_key(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    addenda.sign(runtime, donna, ana, "consent_withdrawn", CONTENT)
    raw = b"".join(file.read_bytes() for file in runtime.settings.data.glob("intake.db*"))
    for word in (b"No photos any more", b"Ana asked on the phone", b"cs.photo"):
        assert word not in raw


def test_the_recovery_sheet_opens_it(
    runtime: Runtime, donna: StaffIdentity, practice: Staff, ana: str
) -> None:
    own = addenda.sign(runtime, donna, ana, "consent_withdrawn", CONTENT)
    with transaction(runtime.engine, write=False) as session:
        row = session.get_one(Addendum, own)
        sealed, pdf = row.sealed, row.pdf
    assert json.loads(age.decrypt_with(sealed, [practice.recovery]))["kind"] == "consent_withdrawn"
    assert age.decrypt_with(pdf or b"", [practice.recovery]).startswith(b"%PDF-")


def test_the_log_holds_the_hashes_and_no_word_of_it(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    own = addenda.sign(runtime, donna, ana, "consent_withdrawn", CONTENT)
    digest = hashlib.sha256(addenda.pdf(runtime, donna, ana, own)).hexdigest()
    (signed,) = log(runtime, "addendum.signed")
    assert (signed["addendum"], signed["kind"], len(signed["sealed"])) == (
        own,
        "consent_withdrawn",
        64,
    )
    assert log(runtime, "addendum.completed") == [{"addendum": own, "pdf": digest}]
    assert log(runtime, "addendum.downloaded") == [{"addendum": own}]


def test_a_paper_that_failed_is_made_when_somebody_asks_for_it(
    runtime: Runtime, hasty: Runtime, donna: StaffIdentity, ana: str
) -> None:
    own = addenda.sign(hasty, donna, ana, "consent_withdrawn", CONTENT)
    assert [one.has_pdf for one in addenda.for_record(runtime, donna, ana)] == [False]
    with pytest.raises(authenticity.DocumentNotReady):
        addenda.pdf(hasty, donna, ana, own)
    assert addenda.pdf(runtime, donna, ana, own).startswith(b"%PDF-")
    assert [one.has_pdf for one in addenda.for_record(runtime, donna, ana)] == [True]


def test_a_record_without_a_pdf_cannot_be_added_to_yet(
    runtime: Runtime, hasty: Runtime, donna: StaffIdentity, practice: Staff
) -> None:
    clients.complete_new(hasty, ANA)
    with transaction(runtime.engine, write=False) as session:
        ana = session.scalars(select(Record.id)).one()
    with pytest.raises(authenticity.DocumentNotReady):
        addenda.sign(hasty, donna, ana, "consent_withdrawn", CONTENT)
    assert addenda.for_record(runtime, donna, ana) == ()


def test_one_sealed_from_outside_or_moved_to_another_record_is_refused(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    own = addenda.sign(runtime, donna, ana, "consent_withdrawn", CONTENT)
    with transaction(runtime.engine, write=True) as session:
        row = session.get_one(Addendum, own)
        forged = json.dumps(
            {"v": 1, "role": "addendum", "kind": row.kind, "addendum_id": own, "record_id": ana}
        ).encode()
        row.sealed = age.encrypt_to(forged, recipients.pinned_recipients(runtime))
        row.sealed_sha256 = hashlib.sha256(row.sealed).hexdigest()
    with pytest.raises(authenticity.NotAuthentic):
        addenda.for_record(runtime, donna, ana)
    with pytest.raises(authenticity.NotAuthentic):
        addenda.pdf(runtime, donna, ana, own)
    with pytest.raises(authenticity.NoSuchRecord):
        addenda.pdf(runtime, donna, "0" * 32, own)


def test_another_pdf_put_in_its_place_is_refused(
    runtime: Runtime, donna: StaffIdentity, ana: str
) -> None:
    own = addenda.sign(runtime, donna, ana, "consent_withdrawn", CONTENT)
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Addendum, own).pdf = age.encrypt_to(
            b"%PDF-1.7 forged", recipients.pinned_recipients(runtime)
        )
    with pytest.raises(authenticity.NotAuthentic):
        addenda.pdf(runtime, donna, ana, own)

"""What is signed later and belongs to a record: a therapist's decisions, a withdrawn agreement.

The record is never touched; an addendum names it by id and by the SHA-256 of its PDF. Two commits,
like the record's own: first the sealed evidence, then its PDF, which is made later when printing
fails. Of several addenda of one kind the later one counts, and nothing is overwritten.

The evidence holds the very words that are printed, so that an addendum needs no rule and no
question to be read.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit, canonical_json
from intake_app.core.audit import AuditHead
from intake_app.core.runtime import Runtime
from intake_app.core.stored_json import JsonObject, MalformedValue
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Addendum
from intake_app.pdf.addendum_document import AddendumEntry
from intake_app.pdf.certificate import seal_fingerprint
from intake_app.pdf.pool import RenderFailed
from intake_app.pdf.safety_card import LabelledText
from intake_app.questionnaire.context import as_text
from intake_app.records import addendum_document, authenticity, completion, evidence
from intake_app.records.sealed.addendum import (
    AddendumEvidence,
    AddendumSigner,
    ClientReference,
    PreviousAddendum,
    SignedEntry,
    SignedLine,
)
from intake_app.records.sealed.evidence import Evidence

VERSION = 1
SIGNED = "addendum.signed"
COMPLETED = "addendum.completed"
DOWNLOADED = "addendum.downloaded"
INTENT = "By typing my name and pressing the button I sign this addendum."


@dataclass(frozen=True, slots=True)
class Content:
    """What an addendum says.

    entries: the words that are printed; data: the same for machines; name: as typed; intent: what
    its signature means.
    """

    title: str
    lead: str
    entries: Sequence[AddendumEntry]
    data: JsonObject
    name: str
    intent: str = INTENT


@dataclass(frozen=True, slots=True)
class RecordReference:
    """The signed record that an addendum belongs to. signed_at, birth_date: ISO 8601."""

    record_id: str
    signed_at: str
    name: str
    birth_date: str
    language: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs. id: of their account, "client" for a client.

    role: "therapist"; "client" by a button on their own page; "signer", the client or who signs for
    them, by typed name.
    """

    id: str
    name: str
    role: str = "therapist"


@dataclass(frozen=True, slots=True)
class SignedAddendum:
    """One addendum of a record, opened and proven.

    data: see Content. has_pdf: False while its PDF is not made.
    """

    id: str
    record_id: str
    kind: str
    title: str
    by: str
    at: datetime
    data: JsonObject
    has_pdf: bool


def sign(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str, kind: str, content: Content
) -> str:
    """Sign an addendum to this record and make its PDF. Returns the id of the addendum.

    Raises authenticity.NoSuchRecord or authenticity.NotAuthentic; authenticity.DocumentNotReady
    while the record itself has no PDF to name. When the addendum's own PDF cannot be made now, it
    is made when somebody asks for it.
    """
    record, _ = authenticity.load_verified(runtime, signed_in, record_id)
    if not completion.complete_record(runtime, record, signed_in.practitioner_id, "printed-later"):
        raise authenticity.DocumentNotReady
    with transaction(runtime.engine, write=True) as session:
        signed = store_signed(
            session, runtime, record_reference(record), signer(signed_in), kind, content
        )
    return complete(runtime, signed)


def record_reference(record: Evidence) -> RecordReference:
    """What an addendum names of the record with this evidence."""
    signed_at = evidence.answered_at(record).isoformat(timespec="seconds")
    return RecordReference(
        record.record_id,
        signed_at,
        evidence.full_name(record.answers),
        as_text(record.answers["id.dob"]),
        record.language,
    )


def signer(signed_in: StaffIdentity) -> Signer:
    """The person signed in, as one who signs."""
    return Signer(signed_in.practitioner_id, signed_in.name)


def store_signed(
    session: Session,
    runtime: Runtime,
    of: RecordReference,
    signer: Signer,
    kind: str,
    content: Content,
) -> AddendumEvidence:
    """Commit 1, in the caller's transaction: the sealed evidence and its entry in the log.

    Needs no secret key. The record's own PDF must exist. Returns the evidence, for `complete`.
    """
    addendum_id = uuid4().hex
    now = runtime.clock()
    signed = _evidence(session, runtime, of, signer, addendum_id, kind, content)
    plain = canonical_json.canonical(signed.to_json())
    blob = age.encrypt_to(plain, recipients.pinned_recipients(runtime))
    digest = hashlib.sha256(blob).hexdigest()
    session.add(
        Addendum(
            id=addendum_id,
            record_id=of.record_id,
            kind=kind,
            sealed=blob,
            sealed_sha256=digest,
            signed_at=now,
        )
    )
    logged = {"addendum": addendum_id, "kind": kind, "sealed": digest}
    audit.append(session, runtime.keys, SIGNED, signer.id, of.record_id, now=now, **logged)
    return signed


def complete(runtime: Runtime, signed: AddendumEvidence) -> str:
    """Commit 2, now; when printing fails, the PDF is made when a therapist asks for it.

    Returns the id of the addendum.
    """
    _finish(runtime, signed, signed.by.id)
    return signed.addendum_id


def _evidence(
    session: Session,
    runtime: Runtime,
    of: RecordReference,
    signer: Signer,
    addendum_id: str,
    kind: str,
    content: Content,
) -> AddendumEvidence:
    entries = tuple(_signed_entry(entry) for entry in content.entries)
    return AddendumEvidence(
        version=VERSION,
        role="addendum",
        kind=kind,
        addendum_id=addendum_id,
        record_id=of.record_id,
        record_pdf_sha256=authenticity.document_sha256(session, runtime, of.record_id),
        record_signed_at=of.signed_at,
        earlier=tuple(
            PreviousAddendum(row.id, row.signed_at.isoformat())
            for row in _rows(session, [of.record_id])
        ),
        client=ClientReference(of.name, of.birth_date),
        practice=evidence.practice_reference(session.get_one(Practice, 1)),
        language=of.language,
        title=content.title,
        lead=content.lead,
        entries=entries,
        data=content.data,
        content_sha256=_content_sha256(content, entries),
        by=AddendumSigner(signer.id, signer.name, content.name, signer.role),
        intent=content.intent,
        signed_at=runtime.clock().isoformat(timespec="seconds"),
    )


def _content_sha256(content: Content, entries: Iterable[SignedEntry]) -> str:
    return canonical_json.sha256(
        {
            "title": content.title,
            "lead": content.lead,
            "entries": [entry.to_json() for entry in entries],
            "data": content.data,
        }
    )


def _signed_entry(entry: AddendumEntry) -> SignedEntry:
    return SignedEntry(
        entry.title, entry.level, _signed_lines(entry.quotes), _signed_lines(entry.lines)
    )


def _signed_lines(lines: Iterable[LabelledText]) -> tuple[SignedLine, ...]:
    return tuple(SignedLine(line.label, line.text) for line in lines)


def for_record(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str
) -> tuple[SignedAddendum, ...]:
    """The addenda of a record, the first one first.

    Writes no look down: whoever lists them has opened the record. Raises authenticity.NotAuthentic
    when one of them does not prove itself.
    """
    return for_records(runtime, signed_in, [record_id])


def for_records(
    runtime: Runtime, signed_in: StaffIdentity, record_ids: Sequence[str], kind: str = ""
) -> tuple[SignedAddendum, ...]:
    """The same for several records; kind: only these."""
    with transaction(runtime.engine, write=False) as session:
        rows = [row for row in _rows(session, record_ids) if kind in ("", row.kind)]
        rows.sort(key=lambda row: _signing(session, runtime, row).seq)
    return tuple(_signed(row, _opened(row, signed_in)) for row in rows)


def pdf(runtime: Runtime, signed_in: StaffIdentity, record_id: str, addendum_id: str) -> bytes:
    """The sealed PDF of an addendum, checked against the log; the download is written down first.

    Raises authenticity.NoSuchRecord, authenticity.NotAuthentic or
    authenticity.DocumentNotReady.
    """
    with transaction(runtime.engine, write=False) as session:
        row = session.get(Addendum, addendum_id)
        if row is None or row.record_id != record_id:
            raise authenticity.NoSuchRecord
        _signing(session, runtime, row)
    sealed = row.pdf or _finish(runtime, _opened(row, signed_in), signed_in.practitioner_id)
    if sealed is None:
        raise authenticity.DocumentNotReady
    plain = authenticity.decrypt(sealed, signed_in)
    digest = hashlib.sha256(plain).hexdigest()
    with transaction(runtime.engine, write=True) as session:
        logged = authenticity.own_entries(session, runtime, COMPLETED, [record_id])
        if {"addendum": addendum_id, "pdf": digest} not in [
            json.loads(entry.data_json) for entry in logged
        ]:
            raise authenticity.NotAuthentic
        logged_data = {"addendum": addendum_id}
        audit.append(
            session,
            runtime.keys,
            DOWNLOADED,
            signed_in.practitioner_id,
            record_id,
            now=runtime.clock(),
            **logged_data,
        )
    return plain


def _rows(session: Session, record_ids: Sequence[str]) -> list[Addendum]:
    addenda = (
        select(Addendum)
        .where(Addendum.record_id.in_(record_ids))
        .order_by(Addendum.signed_at, Addendum.id)
    )
    return list(session.scalars(addenda))


def _signing(session: Session, runtime: Runtime, row: Addendum) -> AuditHead:
    logged = {"addendum": row.id, "kind": row.kind}
    return authenticity.signing_entry(
        session, runtime, SIGNED, row.record_id, row.sealed, row.sealed_sha256, **logged
    )


def _opened(row: Addendum, signed_in: StaffIdentity) -> AddendumEvidence:
    stored = json.loads(authenticity.decrypt(row.sealed, signed_in))
    header = [stored.get(name) for name in ("v", "role", "kind", "addendum_id", "record_id")]
    if header != [VERSION, "addendum", row.kind, row.id, row.record_id]:
        raise authenticity.NotAuthentic
    try:
        return AddendumEvidence.from_json(stored)
    except MalformedValue as error:
        raise authenticity.NotAuthentic from error


def _signed(row: Addendum, signed: AddendumEvidence) -> SignedAddendum:
    return SignedAddendum(
        id=row.id,
        record_id=row.record_id,
        kind=row.kind,
        title=signed.title,
        by=_who(signed.by),
        at=evidence.local(signed.practice, signed.signed_at),
        data=signed.data,
        has_pdf=row.pdf is not None,
    )


def _who(signer: AddendumSigner) -> str:
    other = addendum_document.as_whom(signer)
    return f"{signer.typed} ({other})" if other else signer.typed


def _finish(runtime: Runtime, signed: AddendumEvidence, actor: str) -> bytes | None:
    """Commit 2: print, encrypt and store the PDF, once.

    Returns the encrypted PDF, None when printing failed or takes long. What takes long is stored as
    soon as it is done.
    """
    addendum_id = signed.addendum_id
    with transaction(runtime.engine, write=False) as session:
        head = _signing(session, runtime, session.get_one(Addendum, addendum_id))
    printed = addendum_document.addendum_document(
        signed, head, seal_fingerprint(runtime.settings.seal_file)
    )
    try:
        runtime.pool.render(printed, addendum_id, partial(_store_pdf, runtime, signed, actor))
    except RenderFailed:
        return None
    with transaction(runtime.engine, write=False) as session:
        return session.get_one(Addendum, addendum_id).pdf


def _store_pdf(runtime: Runtime, signed: AddendumEvidence, actor: str, pdf: bytes) -> None:
    addendum_id = signed.addendum_id
    now = runtime.clock()
    digest = hashlib.sha256(pdf).hexdigest()
    sealed = age.encrypt_to(pdf, recipients.pinned_recipients(runtime))
    with transaction(runtime.engine, write=True) as session:
        row = session.get_one(Addendum, addendum_id)
        if row.pdf is None:
            row.pdf = sealed
            row.pdf_sha256 = digest
            row.completed_at = now
            logged = {"addendum": addendum_id, "pdf": digest}
            audit.append(
                session, runtime.keys, COMPLETED, actor, signed.record_id, now=now, **logged
            )

"""What is signed later and belongs to a record: a therapist's decisions, say, or a withdrawn agreement.

The record is never touched; an addendum names it by id and by the SHA-256 of its PDF. Two commits, like the record's
own: first the sealed evidence, then the paper, which is made later when the press fails. Of several addenda of one
kind the later one counts, and nothing is overwritten.

The evidence holds the very words that are printed, so that an addendum needs no rule and no question to be read.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit, canonical_json
from intake_app.core.audit import AuditHead
from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.keys import recipients
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Addendum
from intake_app.pdf.addendum_document import AddendumEntry
from intake_app.pdf.certificate import seal_fingerprint
from intake_app.pdf.pool import RenderFailed
from intake_app.records import addendum_document, authenticity, completion, evidence

VERSION = 1
SIGNED, COMPLETED, DOWNLOADED = "addendum.signed", "addendum.completed", "addendum.downloaded"
INTENT = "By typing my name and pressing the button I sign this addendum."


@dataclass(frozen=True, slots=True)
class Content:
    """What an addendum says. entries: the words that are printed; data: the same for machines; name: as typed.

    intent: what its signature means.
    """

    title: str
    lead: str
    entries: Sequence[AddendumEntry]
    data: Mapping[str, Any]
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
    """Who signs. id: of her account, "client" for a client.

    role: "therapist"; "client" by a button on her own page; "signer", the client or who signs for her, by typed name.
    """

    id: str
    name: str
    role: str = "therapist"


@dataclass(frozen=True, slots=True)
class SignedAddendum:
    """One addendum of a record, opened and proven. data: see Content. has_pdf: False while its paper is not made."""

    id: str
    record_id: str
    kind: str
    title: str
    by: str
    at: datetime
    data: Mapping[str, Any]
    has_pdf: bool


def sign(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str, kind: str, content: Content
) -> str:
    """Sign an addendum to this record and make its paper. Returns the id of the addendum.

    Raises proof.NoSuchRecord or proof.NotAuthentic; proof.PaperNotReady while the record itself has no PDF to name.
    When the addendum's own paper cannot be made now, it is made when somebody asks for it.
    """
    record, _ = authenticity.load_verified(runtime, signed_in, record_id)
    if not completion.complete_record(runtime, record, signed_in.practitioner_id, "printed-later"):
        raise authenticity.DocumentNotReady
    with transaction(runtime.engine, write=True) as session:
        signed = store_signed(
            session, runtime, record_reference(record), signer(signed_in), kind, content
        )
    return complete(runtime, signed)


def record_reference(record: Mapping[str, Any]) -> RecordReference:
    """What an addendum names of the record with this evidence."""
    answers = record["answers"]
    signed_at = evidence.answered_at(record).isoformat(timespec="seconds")
    return RecordReference(
        record["record_id"],
        signed_at,
        evidence.full_name(answers),
        answers["id.dob"],
        record["language"],
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
) -> dict[str, Any]:
    """Commit 1, in the caller's transaction: the sealed evidence and its entry in the log. Needs no secret key.

    The record's own PDF must exist. Returns the evidence, for `finish`.
    """
    own, now = uuid4().hex, runtime.clock()
    signed = _evidence(session, runtime, of, signer, own, kind, content)
    blob = age.encrypt_to(canonical_json.canonical(signed), recipients.pinned_recipients(runtime))
    digest = hashlib.sha256(blob).hexdigest()
    session.add(
        Addendum(
            id=own,
            record_id=of.record_id,
            kind=kind,
            sealed=blob,
            sealed_sha256=digest,
            signed_at=now,
        )
    )
    told = {"addendum": own, "kind": kind, "sealed": digest}
    audit.append(session, runtime.keys, SIGNED, signer.id, of.record_id, now=now, **told)
    return signed


def complete(runtime: Runtime, signed: Mapping[str, Any]) -> str:
    """Commit 2, now; when the press fails it is made when a therapist asks for it. Returns the id of the addendum."""
    _finish(runtime, signed, signed["by"]["id"])
    own: str = signed["addendum_id"]
    return own


def _evidence(
    session: Session,
    runtime: Runtime,
    of: RecordReference,
    signer: Signer,
    own: str,
    kind: str,
    content: Content,
) -> dict[str, Any]:
    said = {
        "title": content.title,
        "lead": content.lead,
        "entries": [asdict(one) for one in content.entries],
    }
    data = dict(content.data)
    return {
        "v": VERSION,
        "role": "addendum",
        "kind": kind,
        "addendum_id": own,
        "record_id": of.record_id,
        "record_pdf_sha256": authenticity.document_sha256(session, runtime, of.record_id),
        "record_signed_at": of.signed_at,
        "earlier": [[row.id, row.signed_at.isoformat()] for row in _rows(session, [of.record_id])],
        "client": {"name": of.name, "birth_date": of.birth_date},
        "practice": evidence.practice_reference(session.get_one(Practice, 1)),
        "language": of.language,
        **said,
        "data": data,
        "content_sha256": canonical_json.sha256({**said, "data": data}),
        "by": {"id": signer.id, "name": signer.name, "typed": content.name, "role": signer.role},
        "intent": content.intent,
        "signed_at": runtime.clock().isoformat(timespec="seconds"),
    }


def for_record(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str
) -> tuple[SignedAddendum, ...]:
    """The addenda of a record, the first one first. Raises proof.NotAuthentic when one of them does not prove itself.

    Writes no look down: whoever lists them has opened the record.
    """
    return for_records(runtime, signed_in, [record_id])


def for_records(
    runtime: Runtime, signed_in: StaffIdentity, record_ids: Sequence[str], kind: str = ""
) -> tuple[SignedAddendum, ...]:
    """The same for several records; kind: only these."""
    with transaction(runtime.engine, write=False) as session:
        found = [row for row in _rows(session, record_ids) if kind in ("", row.kind)]
        rows = sorted(
            ((_signing(session, runtime, row).seq, row) for row in found), key=lambda one: one[0]
        )
    return tuple(_signed(row, _opened(row, signed_in)) for _, row in rows)


def pdf(runtime: Runtime, signed_in: StaffIdentity, record_id: str, addendum_id: str) -> bytes:
    """The sealed PDF of an addendum, checked against the log; the download is written down first.

    Raises proof.NoSuchRecord, proof.NotAuthentic or proof.PaperNotReady.
    """
    with transaction(runtime.engine, write=False) as session:
        row = session.get(Addendum, addendum_id)
        if row is None or row.record_id != record_id:
            raise authenticity.NoSuchRecord
        _signing(session, runtime, row)
    data = row.pdf or _finish(runtime, _opened(row, signed_in), signed_in.practitioner_id)
    if data is None:
        raise authenticity.DocumentNotReady
    found = authenticity.decrypt(data, signed_in)
    digest = hashlib.sha256(found).hexdigest()
    with transaction(runtime.engine, write=True) as session:
        logged = authenticity.own_entries(session, runtime, COMPLETED, [record_id])
        if {"addendum": addendum_id, "pdf": digest} not in [
            json.loads(entry.data_json) for entry in logged
        ]:
            raise authenticity.NotAuthentic
        told = {"addendum": addendum_id}
        audit.append(
            session,
            runtime.keys,
            DOWNLOADED,
            signed_in.practitioner_id,
            record_id,
            now=runtime.clock(),
            **told,
        )
    return found


def _rows(session: Session, record_ids: Sequence[str]) -> list[Addendum]:
    found = (
        select(Addendum)
        .where(Addendum.record_id.in_(record_ids))
        .order_by(Addendum.signed_at, Addendum.id)
    )
    return list(session.scalars(found))


def _signing(session: Session, runtime: Runtime, row: Addendum) -> AuditHead:
    told = {"addendum": row.id, "kind": row.kind}
    return authenticity.signing_entry(
        session, runtime, SIGNED, row.record_id, row.sealed, row.sealed_sha256, **told
    )


def _opened(row: Addendum, signed_in: StaffIdentity) -> Mapping[str, Any]:
    signed: Mapping[str, Any] = json.loads(authenticity.decrypt(row.sealed, signed_in))
    header = [signed.get(name) for name in ("v", "role", "kind", "addendum_id", "record_id")]
    if header != [VERSION, "addendum", row.kind, row.id, row.record_id]:
        raise authenticity.NotAuthentic
    return signed


def _signed(row: Addendum, signed: Mapping[str, Any]) -> SignedAddendum:
    at = evidence.local(signed, signed["signed_at"])
    by = _who(signed["by"])
    return SignedAddendum(
        row.id,
        row.record_id,
        row.kind,
        signed["title"],
        by,
        at,
        signed["data"],
        row.pdf is not None,
    )


def _who(signer: Mapping[str, str]) -> str:
    other = addendum_document.as_whom(signer)
    return f"{signer['typed']} ({other})" if other else signer["typed"]


def _finish(runtime: Runtime, signed: Mapping[str, Any], actor: str) -> bytes | None:
    """Commit 2: print, seal and store the paper, once. Returns the sealed PDF, None when printing failed or takes long.

    What takes long is stored as soon as it is done.
    """
    own = signed["addendum_id"]
    with transaction(runtime.engine, write=False) as session:
        head = _signing(session, runtime, session.get_one(Addendum, own))
    printed = addendum_document.addendum_document(
        signed, head, seal_fingerprint(runtime.settings.seal_file)
    )
    try:
        runtime.pool.render(printed, own, partial(_keep, runtime, signed, actor))
    except RenderFailed:
        return None
    with transaction(runtime.engine, write=False) as session:
        return session.get_one(Addendum, own).pdf


def _keep(runtime: Runtime, signed: Mapping[str, Any], actor: str, pdf: bytes) -> None:
    own, now, digest = signed["addendum_id"], runtime.clock(), hashlib.sha256(pdf).hexdigest()
    sealed = age.encrypt_to(pdf, recipients.pinned_recipients(runtime))
    with transaction(runtime.engine, write=True) as session:
        row = session.get_one(Addendum, own)
        if row.pdf is None:
            row.pdf, row.pdf_sha256, row.completed_at = sealed, digest, now
            told = {"addendum": own, "pdf": digest}
            audit.append(
                session, runtime.keys, COMPLETED, actor, signed["record_id"], now=now, **told
            )

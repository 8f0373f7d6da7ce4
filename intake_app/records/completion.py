"""Commit 2: the PDF of a signed record, made once."""

import hashlib
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from intake_app.core import audit, canonical_json
from intake_app.core.audit import AuditHead
from intake_app.core.runtime import Runtime
from intake_app.crypto import age, client_copy
from intake_app.keys import recipients
from intake_app.models.audit import AuditEvent
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.records import ClientCopy, Document, Record
from intake_app.pdf import verify
from intake_app.pdf.certificate import seal_fingerprint
from intake_app.pdf.pool import RenderFailed
from intake_app.records import evidence, printing
from intake_app.records.cautions import safety_card
from intake_app.records.printing import Printing
from intake_app.records.sealed.evidence import Evidence

COPY_LIFETIME = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _StillToMake:
    """What of a signed record is not printed yet, and what the client's copy is bound to."""

    document: bool
    copy: bool
    browser_hash: bytes | None
    head: AuditHead


def complete_record(runtime: Runtime, record_evidence: Evidence, actor: str, event: str) -> bool:
    """Print, encrypt and store the PDF of this evidence, and the client's own copy of it, once.

    Returns False when printing failed; also when it takes long, on a busy machine: then each is
    stored as soon as it is done.
    """
    to_make = _still_to_make(runtime, record_evidence)
    seal = seal_fingerprint(runtime.settings.seal_file)
    print_run = Printing(to_make.head, seal, runtime.clock(), event)
    jobs = []
    if to_make.copy:
        jobs.append(_start_copy(runtime, record_evidence, print_run, to_make.browser_hash))
    if to_make.document:
        jobs.append(_start_document(runtime, record_evidence, print_run, actor))
    try:
        for job in jobs:
            runtime.pool.wait(job)
    except RenderFailed:
        return False
    return True


def _still_to_make(runtime: Runtime, record_evidence: Evidence) -> _StillToMake:
    with transaction(runtime.engine, write=False) as session:
        draft = session.get(Draft, record_evidence.copy.draft_id)
        return _StillToMake(
            document=session.get(Document, record_evidence.record_id) is None,
            copy=draft is not None and record_evidence.from_paper is None,
            browser_hash=draft.browser_hash if draft else None,
            head=signing_head(session, record_evidence.record_id),
        )


def _start_copy(
    runtime: Runtime, record_evidence: Evidence, print_run: Printing, browser_hash: bytes | None
) -> "Future[bytes]":
    journey = evidence.journey_of(record_evidence)
    copy = printing.client_document(record_evidence, journey, print_run)
    store = partial(_store_copy, runtime, record_evidence, browser_hash)
    return runtime.pool.start(copy, f"{record_evidence.record_id}/copy", store)


def _start_document(
    runtime: Runtime, record_evidence: Evidence, print_run: Printing, actor: str
) -> "Future[bytes]":
    journey = evidence.journey_of(record_evidence)
    card = safety_card.build_card(record_evidence, journey, {})
    document = printing.record_document(record_evidence, journey, print_run, card)
    store = partial(_store_document, runtime, record_evidence, actor)
    return runtime.pool.start(document, record_evidence.record_id, store)


def _store_document(runtime: Runtime, record_evidence: Evidence, actor: str, pdf: bytes) -> None:
    now = runtime.clock()
    record_id = record_evidence.record_id
    digest = hashlib.sha256(pdf).hexdigest()
    sealed = age.encrypt_to(pdf, recipients.pinned_recipients(runtime))
    document = Document(record_id=record_id, sealed=sealed, pdf_sha256=digest, created_at=now)
    stamped = {"stamped": verify.stamped_at(pdf) is not None} if runtime.settings.tsa_url else {}
    # All is ready: others wait only while this is written.
    with transaction(runtime.engine, write=True) as session:
        if session.get(Document, record_id) is None:
            session.add(document)
            _close_draft(session, record_evidence, now)
            audit.append(
                session,
                runtime.keys,
                "record.completed",
                actor,
                record_id,
                now=now,
                pdf=digest,
                **stamped,
            )


def _store_copy(
    runtime: Runtime, record_evidence: Evidence, browser_hash: bytes | None, pdf: bytes
) -> None:
    """What the client's link opens.

    Of a form typed from paper there is none: the client gets the PDF from the therapist.
    """
    now = runtime.clock()
    copy = _copy(record_evidence, pdf, now)
    copy.browser_hash = browser_hash
    with transaction(runtime.engine, write=True) as session:
        if session.get(ClientCopy, copy.token_hash) is None:
            session.add(copy)
            _close_draft(session, record_evidence, now)


def signing_head(session: Session, record_id: str) -> AuditHead:
    """The audit entry of a record's signing.

    It is printed in the PDF, so that every copy anchors the log.
    """
    row = session.scalars(
        select(AuditEvent).where(
            AuditEvent.subject == record_id, AuditEvent.action == "record.signed"
        )
    ).one()
    return AuditHead(row.seq, row.hash)


def _copy(record_evidence: Evidence, pdf: bytes, now: datetime) -> ClientCopy:
    key = evidence.copy_key(record_evidence)
    record_id = record_evidence.record_id
    digest = hashlib.sha256(pdf).hexdigest()
    card_place = evidence.portal_card_context(record_id)
    card = canonical_json.canonical(evidence.portal_card(record_evidence, digest).to_json())
    return ClientCopy(
        token_hash=bytes.fromhex(record_evidence.copy.token_hash),
        record_id=record_id,
        blob=client_copy.encrypt_copy(key, record_id, pdf),
        card=client_copy.encrypt_copy(key, card_place, card),
        expires_at=now + COPY_LIFETIME,
    )


def _close_draft(session: Session, record_evidence: Evidence, now: datetime) -> None:
    """Once the record's document and the client's copy are both there, the form is forgotten.

    A form typed from paper has no copy.
    """
    session.flush()
    record_id = record_evidence.record_id
    copies = select(ClientCopy.record_id).where(ClientCopy.record_id == record_id)
    has_copy = record_evidence.from_paper is not None or session.scalar(copies) is not None
    if session.get(Document, record_id) is not None:
        record = Record.id == record_id
        session.execute(update(Record).where(record).values(status="complete", completed_at=now))
        if has_copy:
            session.execute(delete(Draft).where(Draft.id == record_evidence.copy.draft_id))

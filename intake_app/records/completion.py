"""Commit 2: the PDF of a signed record, made once."""

import hashlib
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
from intake_app.records.sealed.evidence import Evidence

COPY_LIFETIME = timedelta(days=30)


def complete_record(runtime: Runtime, record_evidence: Evidence, actor: str, event: str) -> bool:
    """Print, encrypt and store the PDF of this evidence, and the client's own copy of it, once.

    Returns False when printing failed; also when it takes long, on a busy machine: then each is
    stored as soon as it is done.
    """
    record_id = record_evidence.record_id
    with transaction(runtime.engine, write=False) as session:
        is_made = session.get(Document, record_id) is not None
        head = signing_head(session, record_id)
        draft = session.get(Draft, record_evidence.copy.draft_id)
        browser_hash = draft.browser_hash if draft else None
        needs_copy = draft is not None and record_evidence.from_paper is None
    if is_made and not needs_copy:
        return True
    print_run = printing.Printing(
        head, seal_fingerprint(runtime.settings.seal_file), runtime.clock(), event
    )
    journey = evidence.journey_of(record_evidence)
    jobs = []
    if needs_copy:
        copy = printing.client_document(record_evidence, journey, print_run)
        store_copy = partial(_store_copy, runtime, record_evidence, browser_hash)
        jobs.append(runtime.pool.start(copy, f"{record_id}/copy", store_copy))
    if not is_made:
        first = safety_card.build_card(record_evidence, journey, {})
        document = printing.record_document(record_evidence, journey, print_run, first)
        store = partial(_store_document, runtime, record_evidence, actor)
        jobs.append(runtime.pool.start(document, record_id, store))
    try:
        for job in jobs:
            runtime.pool.wait(job)
    except RenderFailed:
        return False
    return True


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

"""Commit 2: the paper of a signed record, made once."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

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

COPY_LIFETIME = timedelta(days=30)


def complete_record(runtime: Runtime, proof: Mapping[str, Any], actor: str, event: str) -> bool:
    """Print, seal and store the paper of this evidence, once. Returns False when printing failed.

    False also when it takes long, on a busy machine: then it is stored as soon as it is done.
    """
    record_id = proof["record_id"]
    with transaction(runtime.engine, write=False) as session:
        if session.get(Document, record_id) is not None:
            return True
        head = signing_head(session, record_id)
    print_run = printing.Printing(
        head, seal_fingerprint(runtime.settings.seal_file), runtime.clock(), event
    )
    journey = evidence.journey_of(proof)
    first = safety_card.build_card(proof, journey, {})
    try:
        paper = printing.record_document(proof, journey, print_run, first)
        runtime.pool.render(paper, record_id, partial(_store_document, runtime, proof, actor))
    except RenderFailed:
        return False
    return True


def _store_document(runtime: Runtime, proof: Mapping[str, Any], actor: str, pdf: bytes) -> None:
    now, digest = runtime.clock(), hashlib.sha256(pdf).hexdigest()
    sealed = age.encrypt_to(pdf, recipients.pinned_recipients(runtime))
    document = Document(
        record_id=proof["record_id"], sealed=sealed, pdf_sha256=digest, created_at=now
    )
    copy = None if "from_paper" in proof else _copy(proof, pdf, digest, now)
    stamped = {"stamped": verify.stamped_at(pdf) is not None} if runtime.settings.tsa_url else {}
    with transaction(
        runtime.engine, write=True
    ) as session:  # all is ready: others wait at the door only for this
        if session.get(Document, document.record_id) is None:
            _replace_draft(session, proof, document, copy)
            audit.append(
                session,
                runtime.keys,
                "record.completed",
                actor,
                proof["record_id"],
                now=now,
                pdf=digest,
                **stamped,
            )


def signing_head(session: Session, record_id: str) -> AuditHead:
    """The audit entry of a record's signing; it is printed in the PDF, so that every copy anchors the log."""
    row = session.scalars(
        select(AuditEvent).where(
            AuditEvent.subject == record_id, AuditEvent.action == "record.signed"
        )
    ).one()
    return AuditHead(row.seq, row.hash)


def _copy(proof: Mapping[str, Any], pdf: bytes, digest: str, now: datetime) -> ClientCopy:
    """What her link opens. Of a form typed from paper there is none: she gets the PDF from her therapist."""
    key, record_id = evidence.copy_key(proof), proof["record_id"]
    card_place, told = evidence.portal_card_context(record_id), evidence.portal_card(proof, digest)
    return ClientCopy(
        token_hash=bytes.fromhex(proof["copy"]["token_hash"]),
        record_id=record_id,
        blob=client_copy.encrypt_copy(key, record_id, pdf),
        card=client_copy.encrypt_copy(key, card_place, canonical_json.canonical(told)),
        expires_at=now + COPY_LIFETIME,
    )


def _replace_draft(
    session: Session, proof: Mapping[str, Any], document: Document, copy: ClientCopy | None
) -> None:
    draft, record = Draft.id == proof["copy"]["draft_id"], Record.id == document.record_id
    if copy:
        copy.browser_hash = session.scalar(select(Draft.browser_hash).where(draft))
        session.add(copy)
    session.add(document)
    session.execute(
        update(Record).where(record).values(status="complete", completed_at=document.created_at)
    )
    session.execute(delete(Draft).where(draft))

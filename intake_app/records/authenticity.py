"""Nothing sealed is shown before it proves itself.

Anybody who can write to the database can seal something to the practice's public key, or swap two
rows. So the sealed header, the row and the entry of the log that this server wrote at the signing
must all say the same (docs/threat-model.md, T3 and T4).
"""

import hashlib
import json
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit
from intake_app.core.audit import AuditHead
from intake_app.core.runtime import Runtime
from intake_app.core.stored_json import JsonObject, MalformedValue
from intake_app.crypto import age
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.records import Document, Record
from intake_app.records import evidence
from intake_app.records.sealed.evidence import Evidence


class NoSuchRecord(Exception):
    """There is no record, or no addendum, of this id."""


class NotAuthentic(Exception):
    """It does not match its header or the log of its signing: changed, or put in from outside."""


class DocumentNotReady(Exception):
    """The PDF does not exist yet and could not be made just now."""


def load_verified(
    runtime: Runtime, signed_in: StaffIdentity, record_id: str
) -> tuple[Evidence, AuditHead]:
    """The evidence of a record and the log entry of its signing.

    Raises NoSuchRecord or NotAuthentic.
    """
    with transaction(runtime.engine, write=False) as session:
        row = session.get(Record, record_id)
        if row is None:
            raise NoSuchRecord
        blob = row.sealed
        definition = row.definition_sha256
        entry = signing_entry(session, runtime, "record.signed", record_id, blob, row.sealed_sha256)
    signed = _read_evidence(json.loads(decrypt(blob, signed_in)))
    header = (signed.record_id, signed.role, signed.questionnaire.sha256)
    if header != (record_id, "intake", definition):
        raise NotAuthentic
    return signed, entry


def _read_evidence(stored: JsonObject) -> Evidence:
    """Raises NotAuthentic, also for evidence of a later version: it may say things otherwise."""
    if stored.get("v") not in evidence.VERSIONS:
        raise NotAuthentic
    try:
        return Evidence.from_json(stored)
    except MalformedValue as error:
        raise NotAuthentic from error


def signing_entry(
    session: Session,
    runtime: Runtime,
    action: str,
    subject: str,
    blob: bytes,
    stored: str,
    **data: str,
) -> AuditHead:
    """The entry that logged this very blob as signed.

    Raises NotAuthentic when there is none that this server wrote.
    """
    digest = hashlib.sha256(blob).hexdigest()
    for entry in own_entries(session, runtime, action, [subject]):
        if (
            stored == digest
            and dict(data, sealed=digest).items() <= json.loads(entry.data_json).items()
        ):
            return AuditHead(entry.seq, entry.hash)
    raise NotAuthentic


def own_entries(
    session: Session, runtime: Runtime, action: str, subjects: Iterable[str]
) -> list[AuditEvent]:
    """What this server, and nobody else, logged of this act on these subjects; the newest first."""
    entries = select(AuditEvent).where(
        AuditEvent.action == action, AuditEvent.subject.in_(subjects)
    )
    rows = session.scalars(entries.order_by(AuditEvent.seq.desc()))
    return [entry for entry in rows if audit.is_ours(entry, runtime.keys)]


def document_sha256(session: Session, runtime: Runtime, record_id: str) -> str | None:
    """Hex SHA-256 of the record's finished PDF; None while there is none. Raises NotAuthentic."""
    document = session.get(Document, record_id)
    if document is None:
        return None
    logged = own_entries(session, runtime, "record.completed", [record_id])
    if not logged or json.loads(logged[0].data_json).get("pdf") != document.pdf_sha256:
        raise NotAuthentic
    return document.pdf_sha256


def decrypt(blob: bytes, signed_in: StaffIdentity) -> bytes:
    """What was sealed, opened with the keys of the person signed in. Raises NotAuthentic."""
    try:
        return age.decrypt_with(blob, signed_in.identities)
    except age.AgeError as error:
        raise NotAuthentic from error

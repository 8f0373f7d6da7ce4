"""Nothing sealed is shown before it proves itself.

Anybody who can write to the database can seal something to the practice's public key, or swap two rows. So the
sealed header, the row and the entry of the log that this server wrote at the signing must all say the same
(docs/threat-model.md, T3 and T4).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app import audit
from intake_app.audit import AuditHead
from intake_app.house import House
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.records import Document, Record
from intake_app.services import evidence
from intake_app.services.staff import SignedIn
from intake_app.vault import seal


class NoSuchRecord(Exception):
    """There is no record, or no addendum, of this id."""


class NotAuthentic(Exception):
    """It does not match its header or the log of its signing: changed, or put in from outside."""


class PaperNotReady(Exception):
    """The PDF does not exist yet and could not be made just now."""


def record(house: House, signed_in: SignedIn, record_id: str) -> tuple[Mapping[str, Any], AuditHead]:
    """The evidence of a record and the log entry of its signing. Raises NoSuchRecord or NotAuthentic."""
    with transaction(house.engine, write=False) as session:
        row = session.get(Record, record_id)
        if row is None:
            raise NoSuchRecord
        blob, definition = row.sealed, row.definition_sha256
        entry = signing(session, house, "record.signed", record_id, blob, row.sealed_sha256)
    proof: Mapping[str, Any] = json.loads(unseal(blob, signed_in))
    header = (proof.get("record_id"), proof.get("role"), proof.get("questionnaire", {}).get("sha256"))
    if header != (record_id, "intake", definition) or proof.get("v") not in evidence.VERSIONS:
        raise NotAuthentic
    return proof, entry


def signing(
    session: Session, house: House, action: str, subject: str, blob: bytes, stored: str, **data: str
) -> AuditHead:
    """The entry that logged this very blob as signed. Raises NotAuthentic when there is none that is ours."""
    digest = hashlib.sha256(blob).hexdigest()
    for entry in entries(session, house, action, [subject]):
        if stored == digest and dict(data, sealed=digest).items() <= json.loads(entry.data_json).items():
            return AuditHead(entry.seq, entry.hash)
    raise NotAuthentic


def entries(session: Session, house: House, action: str, subjects: Iterable[str]) -> list[AuditEvent]:
    """What this server, and nobody else, logged of this act on these subjects; the newest first."""
    found = select(AuditEvent).where(AuditEvent.action == action, AuditEvent.subject.in_(subjects))
    rows = session.scalars(found.order_by(AuditEvent.seq.desc()))
    return [entry for entry in rows if audit.is_ours(entry, house.keys)]


def paper_sha256(session: Session, house: House, record_id: str) -> str | None:
    """Hex SHA-256 of the record's finished PDF; None while there is none. Raises NotAuthentic."""
    document = session.get(Document, record_id)
    if document is None:
        return None
    logged = entries(session, house, "record.completed", [record_id])
    if not logged or json.loads(logged[0].data_json).get("pdf") != document.pdf_sha256:
        raise NotAuthentic
    return document.pdf_sha256


def unseal(blob: bytes, signed_in: SignedIn) -> bytes:
    """What was sealed, opened with the keys of the person signed in. Raises NotAuthentic."""
    try:
        return seal.open_sealed(blob, signed_in.identities)
    except seal.SealError as error:
        raise NotAuthentic from error

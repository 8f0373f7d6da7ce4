"""What a therapist does with signed intakes: see what came, open one, take its PDF.
Every look is written down.

A record is shown only when it proves itself: anybody who can write to the database can seal something to the
practice's public key, or swap two rows. So the sealed header, the row and the audit entry of the signing
must all say the same (attacks A3 and A4 of the threat model).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from intake_app import audit
from intake_app.audit import AuditHead
from intake_app.house import House
from intake_app.models.audit import AuditEvent
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Document, Record
from intake_app.questionnaire import Journey
from intake_app.record.certificate import seal_fingerprint
from intake_app.record.document import RecordPaper
from intake_app.services import evidence, intake
from intake_app.services.staff import SignedIn
from intake_app.vault import seal
from intake_app.vault.keys import DirectoryError, open_directory

UNREADABLE = "Name cannot be read"
PAGE = 50


class NoSuchRecord(Exception):
    """There is no record of this id."""


class NotAuthentic(Exception):
    """The record does not match its header or the log of its signing: changed, or put in from outside."""


class PaperNotReady(Exception):
    """The PDF does not exist yet and could not be made just now."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One signed intake. state: "new", "opened", or "unfinished" while its PDF is not made."""

    id: str
    name: str
    signed_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class PersonalLink:
    """A link a therapist made and the client has not finished; `first_name` is what the therapist typed."""

    first_name: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """Signed intakes, new first; open personal links; how many forms are being filled in."""

    rows: tuple[InboxRow, ...]
    links: tuple[PersonalLink, ...]
    unfinished: int
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A record, decrypted and proven. `has_pdf` is False while its paper could not be made."""

    id: str
    paper: RecordPaper
    journey: Journey
    has_pdf: bool


def inbox(house: House, page: int = 1) -> Inbox:
    """What has come in, a page of 50 at a time.

    Reads the directory only: no clinical key is used, so nothing is logged as viewed.
    """
    now = house.clock()
    with transaction(house.engine, write=False) as session:
        zone = ZoneInfo(session.get_one(Practice, 1).timezone)
        found = session.execute(_inbox_query(page)).all()
        open_drafts = select(func.count()).select_from(Draft).where(Draft.expires_at > now)
        return Inbox(
            rows=tuple(_inbox_row(house, record, zone) for record in found[:PAGE]),
            links=_links(session, house, now, zone),
            unfinished=session.scalar(open_drafts) or 0,
            page=page,
            has_more=len(found) > PAGE,
        )


def _inbox_query(page: int) -> Select[*tuple[Any, ...]]:
    """New first, then the latest. The sealed answers stay where they are: a page needs none of them."""
    columns = (Record.id, Record.status, Record.directory, Record.signed_at, Record.opened_at)
    newest_first = (Record.opened_at.is_not(None), Record.signed_at.desc(), Record.id)
    return select(*columns).order_by(*newest_first).offset((page - 1) * PAGE).limit(PAGE + 1)


def _links(session: Session, house: House, now: datetime, zone: ZoneInfo) -> tuple[PersonalLink, ...]:
    open_links = (
        select(Draft.id, Draft.label, Draft.created_at, Draft.expires_at)
        .where(Draft.label.is_not(None), Draft.expires_at > now)
        .order_by(Draft.created_at.desc())
    )
    return tuple(_link(house, draft, zone) for draft in session.execute(open_links))


def open_record(house: House, signed_in: SignedIn, record_id: str) -> OpenRecord:
    """Decrypt and prove a record, finish its paper when that is still to do, and write the look down.

    Raises NoSuchRecord, or NotAuthentic. Without an audit entry nothing is shown.
    """
    proof, head = _proven(house, signed_in, record_id)
    has_pdf = intake.finish_evidence(house, proof, signed_in.practitioner_id, "printed-later")
    now = house.clock()
    with transaction(house.engine, write=True) as session:
        record = session.get_one(Record, record_id)
        record.opened_at = record.opened_at or now
        audit.append(session, house.keys, "record.viewed", signed_in.practitioner_id, record_id, now=now)
    printing = evidence.Printing(head, seal_fingerprint(house.settings.seal_file), now)
    return OpenRecord(record_id, evidence.paper(proof, printing), evidence.journey_of(proof), has_pdf)


def pdf(house: House, signed_in: SignedIn, record_id: str) -> bytes:
    """The sealed PDF of a record, checked against its hashes; the download is written down first.

    Raises NoSuchRecord, NotAuthentic, or PaperNotReady.
    """
    proof, _ = _proven(house, signed_in, record_id)
    if not intake.finish_evidence(house, proof, signed_in.practitioner_id, "printed-later"):
        raise PaperNotReady
    with transaction(house.engine, write=False) as session:
        document = session.get_one(Document, record_id)
        sealed, stored_hash = document.sealed, document.pdf_sha256
        logged = _logged(session, house, "record.completed", record_id)
    data = _open(sealed, signed_in)
    digest = hashlib.sha256(data).hexdigest()
    if digest != stored_hash or logged is None or json.loads(logged.data_json).get("pdf") != digest:
        raise NotAuthentic
    with transaction(house.engine, write=True) as session:
        audit.append(session, house.keys, "record.downloaded", signed_in.practitioner_id, record_id, now=house.clock())
    return data


def _proven(house: House, signed_in: SignedIn, record_id: str) -> tuple[Mapping[str, Any], AuditHead]:
    """The evidence of a record and the log entry of its signing, once the two and the row agree."""
    with transaction(house.engine, write=False) as session:
        record = session.get(Record, record_id)
        if record is None:
            raise NoSuchRecord
        blob, definition = record.sealed, record.definition_sha256
        head = _signing(session, house, record)
    proof: Mapping[str, Any] = json.loads(_open(blob, signed_in))
    header = (proof.get("record_id"), proof.get("role"), proof.get("questionnaire", {}).get("sha256"))
    if header != (record_id, "intake", definition) or proof.get("v") != evidence.VERSION:
        raise NotAuthentic
    return proof, head


def _signing(session: Session, house: House, record: Record) -> AuditHead:
    """The entry that logged this very blob as signed. Raises NotAuthentic when there is none that is ours."""
    entry = _logged(session, house, "record.signed", record.id)
    digest = hashlib.sha256(record.sealed).hexdigest()
    if entry is None or json.loads(entry.data_json).get("sealed") != digest or record.sealed_sha256 != digest:
        raise NotAuthentic
    return AuditHead(entry.seq, entry.hash)


def _logged(session: Session, house: House, action: str, record_id: str) -> AuditEvent | None:
    """The newest entry of this act on this record, None when there is none that this server wrote."""
    entries = select(AuditEvent).where(AuditEvent.action == action, AuditEvent.subject == record_id)
    entry = session.scalars(entries.order_by(AuditEvent.seq.desc())).first()
    return entry if entry is not None and audit.is_ours(entry, house.keys) else None


def _open(blob: bytes, signed_in: SignedIn) -> bytes:
    try:
        return seal.open_sealed(blob, signed_in.identities)
    except seal.SealError as error:
        raise NotAuthentic from error


def _inbox_row(house: House, record: Row[*tuple[Any, ...]], zone: ZoneInfo) -> InboxRow:
    card = _read(house, f"record:{record.id}", record.directory)
    name = json.loads(card)["name"] if card else UNREADABLE
    state = "unfinished" if record.status == "sealed" else "opened" if record.opened_at else "new"
    return InboxRow(record.id, name, record.signed_at.astimezone(zone), state)


def _link(house: House, draft: Row[*tuple[Any, ...]], zone: ZoneInfo) -> PersonalLink:
    label = _read(house, f"draft:{draft.id}", draft.label or b"")
    name = label.decode() if label else UNREADABLE
    return PersonalLink(name, draft.created_at.astimezone(zone), draft.expires_at.astimezone(zone))


def _read(house: House, context: str, blob: bytes) -> bytes | None:
    """A directory entry, None when it was moved or changed: one bad row must not hide the others."""
    try:
        return open_directory(house.keys, context, blob)
    except DirectoryError:
        return None

"""What a therapist does with signed intakes: see what came, open one, take its PDF.
Every look is written down, and nothing is shown that does not prove itself (services.proof).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from intake_app import audit
from intake_app.house import House
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Document, Record
from intake_app.questionnaire import Journey
from intake_app.record.card import Line
from intake_app.record.certificate import seal_fingerprint
from intake_app.record.document import RecordPaper
from intake_app.services import addenda, arrivals, asked_again, card, decisions, evidence, intake, proof, status
from intake_app.services.addenda import Signed
from intake_app.services.caution import Caution, Decided, cautions
from intake_app.services.staff import SignedIn
from intake_app.vault.keys import DirectoryError, open_directory

UNREADABLE = "Name cannot be read"
PAGE = 50


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One signed intake. state: "new", "opened", or "unfinished" while its PDF is not made.

    stop: "open" while a STOP has no decision, see services.status; "" when there is none.
    returning: the record says what changed since the one before. asked_again_at: when the questions about today were
    asked again, None while they were not.
    """

    id: str
    name: str
    signed_at: datetime
    state: str
    stop: str
    returning: bool
    asked_again_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonalLink:
    """A link a therapist made and the client has not finished; `first_name` is what the therapist typed."""

    first_name: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """Signed intakes, new first; open personal links; how many forms are being filled in. today: the practice's day."""

    rows: tuple[InboxRow, ...]
    links: tuple[PersonalLink, ...]
    unfinished: int
    page: int
    has_more: bool
    today: date


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A record, decrypted and proven. `has_pdf` is False while its paper could not be made.

    apart: it has words for the therapist only (services.apart), which are not in here. again: the addendum with newer
    answers about today, None without one; today: these answers in words. The card and the cautions are of these.
    cautions: its flags, None when it was signed before there were rules. decided: flag -> the decision that counts.
    """

    id: str
    paper: RecordPaper
    journey: Journey
    has_pdf: bool
    apart: bool
    again: Signed | None
    today: tuple[Line, ...]
    cautions: tuple[Caution, ...] | None
    decided: Mapping[str, Decided]
    addenda: tuple[Signed, ...]


def inbox(house: House, signed_in: SignedIn, page: int = 1) -> Inbox:
    """What has come in, a page of 50 at a time.

    Reads the directory, and of each record the small sealed note of its STOPs; answers are opened only where the
    questions about today were asked again. The look is written down.
    """
    now = house.clock()
    with transaction(house.engine, write=False) as session:
        zone = ZoneInfo(session.get_one(Practice, 1).timezone)
        found = session.execute(_inbox_query(page)).all()
    notes = {record.id: record.sealed_status for record in found[:PAGE] if record.sealed_status}
    newer = {record.id for record in found[:PAGE] if record.asked_again_at}
    stops = status.of_records(house, signed_in, notes, newer)
    with transaction(house.engine, write=True) as session:
        me = signed_in.practitioner_id
        audit.append(session, house.keys, "inbox.viewed", me, me, now=now, rows=len(notes), asked_again=len(newer))
        open_drafts = select(func.count()).select_from(Draft).where(Draft.expires_at > now)
        return Inbox(
            rows=tuple(_inbox_row(house, record, zone, stops.get(record.id, "")) for record in found[:PAGE]),
            links=_links(session, house, now, zone),
            unfinished=session.scalar(open_drafts) or 0,
            page=page,
            has_more=len(found) > PAGE,
            today=now.astimezone(zone).date(),
        )


def _inbox_query(page: int) -> Select[*tuple[Any, ...]]:
    """New first, then the latest. The sealed answers stay where they are: a page needs none of them."""
    columns = (
        Record.id,
        Record.status,
        Record.directory,
        Record.signed_at,
        Record.opened_at,
        Record.sealed_status,
        (again := arrivals.asked_again_at(Record.id)).label("asked_again_at"),
    )
    newest_first = (Record.opened_at.is_not(None), func.coalesce(again, Record.signed_at).desc(), Record.id)
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

    Raises proof.NoSuchRecord, or proof.NotAuthentic. Without an audit entry nothing is shown.
    """
    found, head = proof.record(house, signed_in, record_id)
    has_pdf = intake.finish_evidence(house, found, signed_in.practitioner_id, "printed-later")
    now = house.clock()
    with transaction(house.engine, write=True) as session:
        record = session.get_one(Record, record_id)
        record.opened_at = record.opened_at or now
        audit.append(session, house.keys, "record.viewed", signed_in.practitioner_id, record_id, now=now)
    printing = evidence.Printing(head, seal_fingerprint(house.settings.seal_file), now)
    signed = addenda.of_record(house, signed_in, record_id)
    current, decided = asked_again.joined(found, signed), decisions.latest(signed)
    journey = evidence.journey_of(found)
    return OpenRecord(
        id=record_id,
        paper=evidence.paper(found, journey, printing, card.of(current, decided, now)),
        journey=journey,
        has_pdf=has_pdf,
        apart="apart_sha256" in found,
        again=asked_again.latest(signed),
        today=asked_again.in_words(current),
        cautions=cautions(current, evidence.journey_of(current)),
        decided=decided,
        addenda=signed,
    )


def pdf(house: House, signed_in: SignedIn, record_id: str) -> bytes:
    """The sealed PDF of a record, checked against its hashes; the download is written down first.

    Raises proof.NoSuchRecord, proof.NotAuthentic, or proof.PaperNotReady.
    """
    found, _ = proof.record(house, signed_in, record_id)
    if not intake.finish_evidence(house, found, signed_in.practitioner_id, "printed-later"):
        raise proof.PaperNotReady
    with transaction(house.engine, write=False) as session:
        sealed, known = session.get_one(Document, record_id).sealed, proof.paper_sha256(session, house, record_id)
    data = proof.unseal(sealed, signed_in)
    if hashlib.sha256(data).hexdigest() != known:
        raise proof.NotAuthentic
    with transaction(house.engine, write=True) as session:
        audit.append(session, house.keys, "record.downloaded", signed_in.practitioner_id, record_id, now=house.clock())
    return data


def _inbox_row(house: House, record: Row[*tuple[Any, ...]], zone: ZoneInfo, stop: str) -> InboxRow:
    card = _card(house, record.id, record.directory)
    state = "unfinished" if record.status == "sealed" else "opened" if record.opened_at else "new"
    signed_at = record.signed_at.astimezone(zone)
    again = record.asked_again_at and record.asked_again_at.astimezone(zone)
    return InboxRow(record.id, card["name"], signed_at, state, stop, card.get("returning", False), again)


def name_of(house: House, record_id: str, directory: bytes) -> str:
    """The client's name as the inbox shows it."""
    return str(_card(house, record_id, directory)["name"])


def _card(house: House, record_id: str, directory: bytes) -> dict[str, Any]:
    card = _read(house, f"record:{record_id}", directory)
    found: dict[str, Any] = json.loads(card) if card else {"name": UNREADABLE}
    return found


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

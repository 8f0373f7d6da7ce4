"""What a therapist does with signed intakes: see what came, open one, take its PDF.
Every look is written down, and nothing is shown that does not prove itself (services.proof).
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto.server_keys import DirectoryError, decrypt_directory
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Record
from intake_app.records import day_of_visit
from intake_app.records.cautions import stop_status

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


def load_inbox(runtime: Runtime, signed_in: StaffIdentity, page: int = 1) -> Inbox:
    """What has come in, a page of 50 at a time.

    Reads the directory, and of each record the small sealed note of its STOPs; answers are opened only where the
    questions about today were asked again. The look is written down.
    """
    now = runtime.clock()
    with transaction(runtime.engine, write=False) as session:
        zone = ZoneInfo(session.get_one(Practice, 1).timezone)
        found = session.execute(_inbox_query(page)).all()
    notes = {record.id: record.sealed_status for record in found[:PAGE] if record.sealed_status}
    newer = {record.id for record in found[:PAGE] if record.asked_again_at}
    stops = stop_status.for_records(runtime, signed_in, notes, newer)
    with transaction(runtime.engine, write=True) as session:
        me = signed_in.practitioner_id
        audit.append(
            session,
            runtime.keys,
            "inbox.viewed",
            me,
            me,
            now=now,
            rows=len(notes),
            asked_again=len(newer),
        )
        open_drafts = select(func.count()).select_from(Draft).where(Draft.expires_at > now)
        return Inbox(
            rows=tuple(
                _inbox_row(runtime, record, zone, stops.get(record.id, ""))
                for record in found[:PAGE]
            ),
            links=_links(session, runtime, now, zone),
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
        (again := day_of_visit.asked_again_at(Record.id)).label("asked_again_at"),
    )
    newest_first = (
        Record.opened_at.is_not(None),
        func.coalesce(again, Record.signed_at).desc(),
        Record.id,
    )
    return select(*columns).order_by(*newest_first).offset((page - 1) * PAGE).limit(PAGE + 1)


def _links(
    session: Session, runtime: Runtime, now: datetime, zone: ZoneInfo
) -> tuple[PersonalLink, ...]:
    open_links = (
        select(Draft.id, Draft.label, Draft.created_at, Draft.expires_at)
        .where(Draft.label.is_not(None), Draft.expires_at > now)
        .order_by(Draft.created_at.desc())
    )
    return tuple(_link(runtime, draft, zone) for draft in session.execute(open_links))


def _inbox_row(
    runtime: Runtime, record: Row[*tuple[Any, ...]], zone: ZoneInfo, stop: str
) -> InboxRow:
    card = _directory_entry(runtime, record.id, record.directory)
    state = "unfinished" if record.status == "sealed" else "opened" if record.opened_at else "new"
    signed_at = record.signed_at.astimezone(zone)
    again = record.asked_again_at and record.asked_again_at.astimezone(zone)
    return InboxRow(
        record.id, card["name"], signed_at, state, stop, card.get("returning", False), again
    )


def name_of(runtime: Runtime, record_id: str, directory: bytes) -> str:
    """The client's name as the inbox shows it."""
    return str(_directory_entry(runtime, record_id, directory)["name"])


def _directory_entry(runtime: Runtime, record_id: str, directory: bytes) -> dict[str, Any]:
    card = _read(runtime, f"record:{record_id}", directory)
    found: dict[str, Any] = json.loads(card) if card else {"name": UNREADABLE}
    return found


def _link(runtime: Runtime, draft: Row[*tuple[Any, ...]], zone: ZoneInfo) -> PersonalLink:
    label = _read(runtime, f"draft:{draft.id}", draft.label or b"")
    name = label.decode() if label else UNREADABLE
    return PersonalLink(name, draft.created_at.astimezone(zone), draft.expires_at.astimezone(zone))


def _read(runtime: Runtime, context: str, blob: bytes) -> bytes | None:
    """A directory entry, None when it was moved or changed: one bad row must not hide the others."""
    try:
        return decrypt_directory(runtime.keys, context, blob)
    except DirectoryError:
        return None

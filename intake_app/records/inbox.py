"""What a therapist does with signed intakes: see what came, open one, take its PDF.

Every look is written down, and nothing is shown that does not prove itself (records.authenticity).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
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
from intake_app.records.cautions.stop_status import RecordStatus
from intake_app.records.sealed.beside_evidence import DirectoryEntry

UNREADABLE = "Name cannot be read"
PAGE = 50
NO_NOTE = RecordStatus()
"""Of a record from before there were rules."""


InboxColumns: TypeAlias = tuple[
    str, str, bytes, datetime, datetime | None, bytes | None, datetime | None
]
"""What the inbox reads of a record, see `_inbox_query`."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One signed intake. state: "new", "opened", or "unfinished" while its PDF is not made.

    stop: "open" while a STOP has no decision, see records.cautions.stop_status; "" when there is
    none. returning: the record says what changed since the one before. asked_again_at: when the
    questions about today were asked again, None while they were not. ask_today: they were never
    asked.
    """

    id: str
    name: str
    signed_at: datetime
    state: str
    stop: str
    returning: bool
    asked_again_at: datetime | None
    ask_today: bool = False


@dataclass(frozen=True, slots=True)
class PersonalLink:
    """A link a therapist made and the client has not finished.

    first_name: what the therapist typed.
    """

    first_name: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """Signed intakes, new first; open personal links; how many forms are being filled in.

    today: the practice's day.
    """

    rows: tuple[InboxRow, ...]
    links: tuple[PersonalLink, ...]
    unfinished: int
    page: int
    has_more: bool
    today: date


def load_inbox(runtime: Runtime, signed_in: StaffIdentity, page: int = 1) -> Inbox:
    """What has come in, a page of 50 at a time.

    Reads the directory, and of each record the small sealed note of its STOPs; answers are opened
    only where the questions about today were asked again. The look is written down.
    """
    now = runtime.clock()
    zone, records = _records(runtime, page)
    shown = records[:PAGE]
    notes = {record.id: record.sealed_status for record in shown if record.sealed_status}
    newer = {record.id for record in shown if record.asked_again_at}
    statuses = stop_status.for_records(runtime, signed_in, notes, newer)
    rows = tuple(_inbox_row(runtime, one, zone, statuses.get(one.id, NO_NOTE)) for one in shown)
    with transaction(runtime.engine, write=True) as session:
        _log_look(session, runtime, signed_in, rows=len(notes), asked_again=len(newer))
        links = _links(session, runtime, now, zone)
        unfinished = _count_unfinished(session, now)
    has_more = len(records) > PAGE
    return Inbox(rows, links, unfinished, page, has_more, now.astimezone(zone).date())


def _records(runtime: Runtime, page: int) -> tuple[ZoneInfo, Sequence[Row[*InboxColumns]]]:
    """The practice's zone, and the records of a page with one more, if there is one."""
    with transaction(runtime.engine, write=False) as session:
        zone = ZoneInfo(session.get_one(Practice, 1).timezone)
        return zone, session.execute(_inbox_query(page)).all()


def _log_look(session: Session, runtime: Runtime, signed_in: StaffIdentity, **counts: int) -> None:
    viewer = signed_in.practitioner_id
    now = runtime.clock()
    audit.append(session, runtime.keys, "inbox.viewed", viewer, viewer, now=now, **counts)


def _count_unfinished(session: Session, now: datetime) -> int:
    open_drafts = select(func.count()).select_from(Draft).where(Draft.expires_at > now)
    return session.scalar(open_drafts) or 0


def _inbox_query(page: int) -> Select[*InboxColumns]:
    """New first, then the latest. The sealed answers stay where they are: a page needs none."""
    asked_again_at = day_of_visit.asked_again_at(Record.id)
    columns = (
        Record.id,
        Record.status,
        Record.directory,
        Record.signed_at,
        Record.opened_at,
        Record.sealed_status,
        asked_again_at.label("asked_again_at"),
    )
    newest_first = (
        Record.opened_at.is_not(None),
        func.coalesce(asked_again_at, Record.signed_at).desc(),
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
    runtime: Runtime, record: Row[*InboxColumns], zone: ZoneInfo, status: RecordStatus
) -> InboxRow:
    entry = _directory_entry(runtime, record.id, record.directory)
    asked_again_at = record.asked_again_at and record.asked_again_at.astimezone(zone)
    return InboxRow(
        id=record.id,
        name=entry.name,
        signed_at=record.signed_at.astimezone(zone),
        state=_state(record),
        stop=status.stop,
        returning=entry.returning,
        asked_again_at=asked_again_at,
        ask_today=status.ask_today,
    )


def _state(record: Row[*InboxColumns]) -> str:
    if record.status == "sealed":
        return "unfinished"
    return "opened" if record.opened_at else "new"


def name_of(runtime: Runtime, record_id: str, directory: bytes) -> str:
    """The client's name as the inbox shows it."""
    return _directory_entry(runtime, record_id, directory).name


def _directory_entry(runtime: Runtime, record_id: str, directory: bytes) -> DirectoryEntry:
    plain = _read(runtime, f"record:{record_id}", directory)
    return DirectoryEntry.from_json(json.loads(plain)) if plain else DirectoryEntry(UNREADABLE)


def _link(
    runtime: Runtime, draft: Row[str, bytes | None, datetime, datetime], zone: ZoneInfo
) -> PersonalLink:
    label = _read(runtime, f"draft:{draft.id}", draft.label or b"")
    name = label.decode() if label else UNREADABLE
    return PersonalLink(name, draft.created_at.astimezone(zone), draft.expires_at.astimezone(zone))


def _read(runtime: Runtime, context: str, blob: bytes) -> bytes | None:
    """A directory entry, None when it was moved or changed.

    One bad row must not hide the others.
    """
    try:
        return decrypt_directory(runtime.keys, context, blob)
    except DirectoryError:
        return None

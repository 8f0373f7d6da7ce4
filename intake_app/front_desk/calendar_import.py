"""Visits from the calendar that the practice already has.

An address is read every five minutes, a file once. Before anything becomes a visit, somebody looks
at examples and says where the names stand (`propose`, `preview`, `accept`). A calendar that cannot
be read says so; the visits of its last good reading stay. Nothing of an entry is kept but name,
therapist, phone and address: titles often say what the massage is for.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto.server_keys import decrypt_directory, encrypt_directory
from intake_app.ical import fetch
from intake_app.ical.mapping import Mapping, words
from intake_app.ical.parse import CalendarEntry, ParsedCalendar, Unreadable, parse_calendar
from intake_app.models.calendars import Calendar
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.visits import Visit
from intake_app.visits import visits
from intake_app.visits.person import ExpectedClient

EVERY = timedelta(minutes=5)
AHEAD = timedelta(days=4)
FILE_AHEAD = timedelta(days=60)
EXAMPLES = 8
CURRENT = "current"
PROPOSED = "proposed"


class CannotRead(Exception):
    """The calendar gives nothing.

    `code` says why (ical.fetch.FetchError, ical.parse.Unreadable).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """Where a calendar comes from (address: empty for a file).

    entries: what it held, until it is accepted.
    """

    address: str
    mapping: Mapping = field(default_factory=Mapping)
    entries: tuple[CalendarEntry, ...] = ()
    left_out: tuple[int, int, int] = (0, 0, 0)  # all-day, cancelled, broken


@dataclass(frozen=True, slots=True)
class Status:
    """How the current calendar is. problem: a code, empty when the last reading was good."""

    from_file: bool
    problem: str
    tried_at: datetime
    read_at: datetime | None


def status(runtime: Runtime) -> Status | None:
    """The current calendar, None when there is none. Times by the practice's clock."""
    with transaction(runtime.engine, write=False) as session:
        row = session.get(Calendar, CURRENT)
        if row is None:
            return None
        zone = _zone(session)
        source = _source(runtime, row)
        read_at = row.read_at.astimezone(zone) if row.read_at else None
        return Status(not source.address, row.problem, row.tried_at.astimezone(zone), read_at)


def propose(runtime: Runtime, address: str, file: bytes | None) -> None:
    """Read a calendar for the first time, to be looked at. Raises CannotRead."""
    calendar = _read(runtime, address, file, FILE_AHEAD)
    left_out = (calendar.all_day, calendar.cancelled, calendar.broken)
    source = CalendarSource(address, entries=calendar.entries, left_out=left_out)
    with transaction(runtime.engine, write=True) as session:
        _put(session, runtime, PROPOSED, source)


def preview(
    runtime: Runtime, mapping: Mapping
) -> tuple[CalendarSource, tuple[tuple[datetime, ExpectedClient], ...]] | None:
    """The proposed calendar and the first visits it would give; None when nothing is proposed."""
    with transaction(runtime.engine, write=False) as session:
        row = session.get(Calendar, PROPOSED)
        if row is None:
            return None
        zone = _zone(session)
        source = _source(runtime, row)
    examples = source.entries[:EXAMPLES]
    return source, tuple(
        (entry.starts_at.astimezone(zone), _person(entry, mapping)) for entry in examples
    )


def accept(runtime: Runtime, mapping: Mapping, by: str) -> int:
    """Make the proposed calendar the current one.

    Returns how many visits it gave; 0 when nothing was proposed.
    """
    with transaction(runtime.engine, write=True) as session:
        row = session.get(Calendar, PROPOSED)
        if row is None:
            return 0
        source = _source(runtime, row)
        _put(session, runtime, CURRENT, replace(source, mapping=mapping, entries=()))
        session.delete(row)
        now = runtime.clock()
        audit.append(session, runtime.keys, "calendar.accepted", by, "calendar", now=now)
        soon = [
            entry for entry in source.entries if not source.address or entry.starts_at < now + AHEAD
        ]
        return _store(session, runtime, soon, mapping, by)


def stop(runtime: Runtime, by: str) -> None:
    """Read no calendar any more. Its visits stay on the list."""
    with transaction(runtime.engine, write=True) as session:
        for row in session.scalars(select(Calendar)):
            session.delete(row)
        audit.append(session, runtime.keys, "calendar.stopped", by, "calendar", now=runtime.clock())


def refresh(runtime: Runtime) -> None:
    """Read the current calendar when its five minutes are over.

    Of several processes one does it.
    """
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        due = (
            update(Calendar)
            .where(Calendar.id == CURRENT, Calendar.tried_at <= now - EVERY)
            .values(tried_at=now)
        )
        if session.execute(due).rowcount == 0:  # type: ignore[attr-defined]
            return
        source = _source(runtime, session.get_one(Calendar, CURRENT))
    if not source.address:
        return
    try:
        calendar = _read(runtime, source.address, None, AHEAD)
    except CannotRead as error:
        _note(runtime, error.code)
        return
    with transaction(runtime.engine, write=True) as session:
        row = session.get(Calendar, CURRENT)
        if row is not None and _source(runtime, row) == source:
            _store(session, runtime, calendar.entries, source.mapping, "calendar")
            _take_off(session, runtime, calendar.entries)
            row.problem = ""
            row.read_at = now


def _note(runtime: Runtime, code: str) -> None:
    with transaction(runtime.engine, write=True) as session:
        row = session.get(Calendar, CURRENT)
        if row is not None:
            row.problem = code


def _read(runtime: Runtime, address: str, file: bytes | None, ahead: timedelta) -> ParsedCalendar:
    with transaction(runtime.engine, write=False) as session:
        zone = _zone(session)
    begin = _morning(runtime, zone)
    try:
        data = fetch.fetch(address) if file is None else file
        return parse_calendar(data, begin, begin + ahead, zone.key)
    except (fetch.FetchError, Unreadable) as error:
        raise CannotRead(error.code) from error


def _store(
    session: Session, runtime: Runtime, entries: Sequence[CalendarEntry], mapping: Mapping, by: str
) -> int:
    """Add what is new, move what was moved. An entry without a name is no visit."""
    named = [(entry, person) for entry in entries if (person := _person(entry, mapping)).name]
    for entry, person in named:
        key = visits.calendar_key(runtime, entry.key)
        visit = session.scalar(select(Visit).where(Visit.source_key == key))
        if visit is None:
            visits.add_in(session, runtime, uuid4().hex, entry.starts_at, person, key, by)
            session.flush()
            continue
        known = visits.person_of(runtime, visit.id, visit.directory)
        merged = _merged(known, person)
        if (visit.starts_at, known) != (entry.starts_at, merged):
            visit.starts_at = entry.starts_at
            visit.directory = visits.encrypt_directory_entry(runtime, visit.id, merged)
        visit.mark = "" if visit.mark == "cancelled" else visit.mark
    return len(named)


def _merged(known: ExpectedClient, read_now: ExpectedClient) -> ExpectedClient:
    """What the calendar says, and what only the desk knows."""
    filled = {name: value for name, value in asdict(read_now).items() if value}
    return replace(known, **filled)


def _take_off(session: Session, runtime: Runtime, entries: Sequence[CalendarEntry]) -> None:
    """Visits no longer in the calendar: gone when nothing happened yet, otherwise marked."""
    begin = _morning(runtime, _zone(session))
    there = {visits.calendar_key(runtime, entry.key) for entry in entries}
    window = (
        Visit.starts_at >= begin,
        Visit.starts_at < begin + AHEAD,
        Visit.source_key.is_not(None),
    )
    for visit in session.scalars(select(Visit).where(*window)):
        if visit.source_key in there:
            continue
        if visit.draft_id is None and visit.mark in ("", "cancelled"):
            session.delete(visit)
        elif visit.mark == "":
            visit.mark = "cancelled"


def _person(entry: CalendarEntry, mapping: Mapping) -> ExpectedClient:
    person = words(entry, mapping)
    return ExpectedClient(person.name, person.therapist, person.phone, person.email)


def _morning(runtime: Runtime, zone: ZoneInfo) -> datetime:
    return datetime.combine(runtime.clock().astimezone(zone).date(), time(), zone)


def _zone(session: Session) -> ZoneInfo:
    return ZoneInfo(session.get_one(Practice, 1).timezone)


def _put(session: Session, runtime: Runtime, name: str, source: CalendarSource) -> None:
    plain = json.dumps(asdict(source)).encode()
    sealed = encrypt_directory(runtime.keys, f"calendar:{name}", plain)
    now = runtime.clock()
    session.merge(Calendar(id=name, sealed=sealed, problem="", tried_at=now, read_at=now))


def _source(runtime: Runtime, row: Calendar) -> CalendarSource:
    plain = json.loads(decrypt_directory(runtime.keys, f"calendar:{row.id}", row.sealed))
    entries = tuple(CalendarEntry(**entry) for entry in plain["entries"])
    return CalendarSource(
        plain["address"], Mapping(**plain["mapping"]), entries, tuple(plain["left_out"])
    )

"""Read an iCalendar file: which appointments are in it on which days, by which words.

Run as a process of its own (`python -m intake_app.ical.parse`), with a limit on time and memory: a
calendar is written by strangers, and a rule without an end must not hold up the app. All-day
entries are no visits (they are holidays and closures); cancelled and free-busy "transparent"
all-day ones neither. Repeats, exceptions and time zones are the work of `recurring-ical-events` and
`icalendar`.
"""

import json
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SECONDS = 60
MEMORY = 1024 * 1024 * 1024
MOST = 2000  # appointments in the days asked for
BLOCK = re.compile(rb"BEGIN:VEVENT\r?\n.*?END:VEVENT\r?\n", re.S)
REPEATS = re.compile(rb"^(RRULE|RDATE|RECURRENCE-ID)", re.M)
MANY = {"RRULE", "RDATE", "RECURRENCE-ID"}
BEGINS = re.compile(rb"^DTSTART[^:\r\n]*:(\d{8})", re.M)


class Unreadable(Exception):
    """This is no calendar, or reading it took too long; `code` is "format" or "slow"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One appointment. key: the same at each reading, also when it was moved.

    at: ISO, with its offset.
    """

    key: str
    at: str
    title: str
    notes: str
    place: str
    organizer: str
    guest: str
    guest_email: str
    calendar: str

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class ParsedCalendar:
    """What a calendar holds between two times, and how many entries were left out and why."""

    entries: tuple[CalendarEntry, ...]
    all_day: int
    cancelled: int
    broken: int


def parse_calendar(
    data: bytes, begin: datetime, end: datetime, zone: str, seconds: float = SECONDS
) -> ParsedCalendar:
    """Appointments that begin in [begin, end). zone: for times without one.

    seconds: most to spend. Raises Unreadable.
    """
    command = [
        sys.executable,
        "-m",
        "intake_app.ical.parse",
        begin.isoformat(),
        end.isoformat(),
        zone,
    ]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("slow") from error
    if done.returncode:
        raise Unreadable("slow" if done.returncode < 0 else "format")
    found = json.loads(done.stdout)
    return ParsedCalendar(
        tuple(CalendarEntry(**one) for one in found["entries"]),
        found["all_day"],
        found["cancelled"],
        found["broken"],
    )


def parse_in_child(data: bytes, begin: datetime, end: datetime, zone: ZoneInfo) -> ParsedCalendar:
    """The same in this process, without limits."""
    from icalendar import Calendar

    entries = []
    counts = {"all_day": 0, "cancelled": 0, "broken": 0}
    calendars = Calendar.from_ical(_near(data, begin, end), multiple=True)
    if not calendars:
        raise ValueError("no calendar")
    for calendar in calendars:
        name = str(calendar.get("X-WR-CALNAME", ""))
        series = {str(one.get("UID")) for one in calendar.walk("VEVENT") if MANY & one.keys()}
        for event in _events(calendar, begin, end, counts):
            kind = _left_out(event)
            if kind:
                counts[kind] += 1
            elif begin <= (entry := _entry(event, name, zone, series)).starts_at < end:
                entries.append(entry)
    entries.sort(key=lambda one: one.starts_at)
    return ParsedCalendar(tuple(entries[:MOST]), **counts)


def _near(data: bytes, begin: datetime, end: datetime) -> bytes:
    """The calendar without single appointments of other days: years of them cost time."""
    first, last = (
        f"{day:%Y%m%d}".encode() for day in (begin - timedelta(days=2), end + timedelta(days=2))
    )

    def kept(match: re.Match[bytes]) -> bytes:
        day = BEGINS.search(match[0])
        far = day is not None and not first <= day[1] <= last and not REPEATS.search(match[0])
        return b"" if far else match[0]

    return BLOCK.sub(kept, data)


def _events(calendar: Any, begin: datetime, end: datetime, counts: dict[str, int]) -> Iterator[Any]:
    """Occurrences in these days.

    An entry that cannot be read is counted and left out, the others stay.
    """
    import recurring_ical_events

    sound = recurring_ical_events.of(calendar, skip_bad_series=True)
    counts["broken"] += sum(
        "DTSTART" not in one or bool(one.errors) for one in calendar.walk("VEVENT")
    )
    yield from sound.between(begin, end)


def _left_out(event: Any) -> str:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return "cancelled"
    return "" if isinstance(event["DTSTART"].dt, datetime) else "all_day"


def _entry(event: Any, calendar: str, zone: ZoneInfo, series: set[str]) -> CalendarEntry:
    at = _zoned(event["DTSTART"].dt, zone)
    guests = event.get("ATTENDEE") or None
    guest = guests[0] if isinstance(guests, list) else guests
    return CalendarEntry(
        key=_key(event, at, zone, series),
        at=at.isoformat(),
        title=_text(event, "SUMMARY"),
        notes=_text(event, "DESCRIPTION"),
        place=_text(event, "LOCATION"),
        organizer=_common_name(event.get("ORGANIZER")),
        guest=_common_name(guest),
        guest_email=str(guest or "").lower().removeprefix("mailto:")
        if "@" in str(guest or "")
        else "",
        calendar=calendar,
    )


def _key(event: Any, at: datetime, zone: ZoneInfo, series: set[str]) -> str:
    """The entry's own id; in a series also the time at which this repeat was first planned."""
    uid = str(event.get("UID", ""))
    if uid and uid not in series:
        return uid
    planned = event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else at
    planned = (
        _zoned(planned, zone).astimezone(ZoneInfo("UTC"))
        if isinstance(planned, datetime)
        else planned
    )
    return f"{uid}|{planned.isoformat()}"


def _zoned(at: datetime, zone: ZoneInfo) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _text(event: Any, name: str) -> str:
    return str(event.get(name, ""))[:2000].strip()


def _common_name(person: Any) -> str:
    return (
        str(person.params.get("CN", "")).strip()
        if person is not None and hasattr(person, "params")
        else ""
    )


def main(begin: str, end: str, zone: str) -> None:
    """Read standard input, write JSON to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    data = sys.stdin.buffer.read()
    try:
        found = parse_in_child(
            data, datetime.fromisoformat(begin), datetime.fromisoformat(end), ZoneInfo(zone)
        )
    except Exception:  # whatever is wrong with a stranger's file, its text must not reach a log
        sys.exit(1)
    json.dump(asdict(found), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Calendars as other programs write them: the right appointments on the right days,
in bounded time.
"""

import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from intake_app.ical.parse import ParsedCalendar, Unreadable, parse_calendar, parse_in_child

FILES = Path(__file__).with_name("calendars")
CHICAGO, BERLIN, SYDNEY = (
    ZoneInfo("America/Chicago"),
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Australia/Sydney"),
)
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n"


def between(file: str, begin: str, days: int, zone: ZoneInfo) -> ParsedCalendar:
    start = datetime.fromisoformat(begin).replace(tzinfo=zone)
    return parse_in_child((FILES / file).read_bytes(), start, start + timedelta(days=days), zone)


def times(found: ParsedCalendar, zone: ZoneInfo) -> list[str]:
    return [
        f"{entry.starts_at.astimezone(zone):%m-%d %H:%M} {entry.title.strip()}"
        for entry in found.entries
    ]


def event(start: str, *lines: str, uid: str = "one") -> bytes:
    body = [f"UID:{uid}", "DTSTAMP:20261101T000000Z", start, "SUMMARY:Ana Moreno", *lines]
    return "\r\n".join([HEAD + "BEGIN:VEVENT", *body, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def test_google_weekly_visits_keep_their_time_when_the_clock_is_changed() -> None:
    found = times(between("issue_48_dst.ics", "2021-03-08", 8, CHICAGO), CHICAGO)
    assert "03-08 12:30 Event#3" in found and "03-15 12:30 Event#3" in found


def test_google_a_repeat_left_out_by_exception_is_left_out() -> None:
    found = times(between("issue_48_dst.ics", "2020-11-26", 2, CHICAGO), CHICAGO)
    assert not [one for one in found if "08:15" in one or "12:30" in one]


def test_google_a_moved_repeat_is_at_its_new_time_only_and_keeps_its_key() -> None:
    found = between("issue_62_moved_event_2.ics", "2023-08-08", 20, SYDNEY)
    assert times(found, SYDNEY) == [
        "08-08 14:00 Datetime",
        "08-14 14:00 Datetime",
        "08-22 14:00 Datetime",
    ]
    assert found.entries[1].key == "7v3ju5ft4je5iq18nfdk2s3spk@google.com|2023-08-15T04:00:00+00:00"
    assert found.all_day == 3


def test_a_foreign_time_zone_is_told_by_the_practices_clock() -> None:
    found = between("issue_62_moved_event_2.ics", "2023-08-07", 2, CHICAGO)
    assert times(found, CHICAGO) == ["08-07 23:00 Datetime"]


def test_thunderbird_a_cancelled_repeat_is_no_visit() -> None:
    found = between("issue_18_cancel_status.ics", "2020-01-28", 3, BERLIN)
    assert times(found, BERLIN) == ["01-28 22:00 one is cancelled", "01-30 22:00 one is cancelled"]
    assert found.cancelled == 1


def test_thunderbird_moved_repeats() -> None:
    found = between("recurring_events_moved.ics", "2019-03-07", 4, BERLIN)
    moved = [
        "03-07 02:00 New Event",
        "03-08 01:00 New Event",
        "03-09 03:00 New Event",
        "03-10 02:00 New Event",
    ]
    assert times(found, BERLIN) == moved


def test_exchange_daily_visits_with_a_gap_across_the_clock_change() -> None:
    assert times(between("issue_27_t1.ics", "2020-04-26", 5, BERLIN), BERLIN) == [
        "04-26 14:00 Reoccur",
        "04-28 14:00 Reoccur",
    ]


def test_exchange_all_day_entries_are_no_visits() -> None:
    found = between(
        "issue_28_rrule_with_UTC_endinginZ.ics", "2020-04-02", 14, ZoneInfo("Europe/London")
    )
    assert found.entries == () and found.all_day > 0


def test_nextcloud_weekly_visits_across_the_clock_change_with_one_deleted() -> None:
    found = times(between("each_week_but_one_deleted.ics", "2019-03-04", 42, BERLIN), BERLIN)
    days = ["03-04", "03-18", "03-25", "04-01", "04-08"]
    assert found == [f"{day} 00:30 test6" for day in days]


def test_apple_an_endless_rule_gives_the_days_asked_for() -> None:
    found = times(
        between("x_location.ics", "2026-11-20", 4, ZoneInfo("Europe/Zurich")),
        ZoneInfo("Europe/Zurich"),
    )
    assert found == ["11-20 14:00 Daily Sync", "11-23 14:00 Daily Sync"]


def test_a_calendar_with_a_time_zone_of_its_own() -> None:
    own = (
        "BEGIN:VTIMEZONE\r\nTZID:Our Clock\r\nBEGIN:STANDARD\r\n"
        "DTSTART:19700101T000000\r\nTZOFFSETFROM:-0330\r\n"
        "TZOFFSETTO:-0330\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    data = (
        event("DTSTART;TZID=Our Clock:20261121T090000").decode().replace(HEAD, HEAD + own).encode()
    )
    begin = datetime(2026, 11, 21, tzinfo=CHICAGO)
    assert times(parse_in_child(data, begin, begin + timedelta(days=1), CHICAGO), CHICAGO) == [
        "11-21 06:30 Ana Moreno"
    ]


def test_a_time_without_a_zone_is_the_practices() -> None:
    begin = datetime(2026, 11, 21, tzinfo=CHICAGO)
    found = parse_in_child(
        event("DTSTART:20261121T090000"), begin, begin + timedelta(days=1), CHICAGO
    )
    assert times(found, CHICAGO) == ["11-21 09:00 Ana Moreno"]


def test_broken_times_are_counted_and_the_others_stay() -> None:
    broken = (
        event("DTSTART:soon", uid="two")
        .decode()
        .partition("BEGIN:VEVENT")[2]
        .partition("END:VCALENDAR")[0]
    )
    data = (
        event("DTSTART:20261121T090000Z")
        .decode()
        .replace("END:VCALENDAR", f"BEGIN:VEVENT{broken}END:VCALENDAR")
    )
    begin = datetime(2026, 11, 21, tzinfo=CHICAGO)
    found = parse_in_child(data.encode(), begin, begin + timedelta(days=1), CHICAGO)
    assert len(found.entries) == 1 and found.broken == 1


def test_ten_thousand_appointments_are_read_in_time() -> None:
    one = (
        event("DTSTART:20260101T090000Z")
        .decode()
        .partition("BEGIN:VEVENT")[2]
        .partition("END:VCALENDAR")[0]
    )
    many = "".join(
        "BEGIN:VEVENT" + one.replace("UID:one", f"UID:{number}") for number in range(9_999)
    )
    data = (
        event("DTSTART:20261121T150000Z")
        .decode()
        .replace("END:VCALENDAR", many + "END:VCALENDAR")
        .encode()
    )
    begin, started = datetime(2026, 11, 21, tzinfo=CHICAGO), time.monotonic()
    assert (
        len(parse_calendar(data, begin, begin + timedelta(days=1), "America/Chicago").entries) == 1
    )
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"<html>sign in</html>", b"BEGIN:VCALENDAR", bytes(range(256))]
)
def test_what_is_no_calendar_is_refused(data: bytes) -> None:
    begin = datetime(2026, 11, 21, tzinfo=CHICAGO)
    with pytest.raises(Unreadable, match="format"):
        parse_calendar(data, begin, begin + timedelta(days=1), "America/Chicago")


def test_a_rule_that_never_ends_holds_nothing_up() -> None:
    begin = datetime(2026, 11, 21, tzinfo=CHICAGO)
    data = event("DTSTART:19700101T000000Z", "RRULE:FREQ=SECONDLY")
    started = time.monotonic()
    with pytest.raises(Unreadable, match="slow"):
        parse_calendar(data, begin, begin + timedelta(days=1), "America/Chicago", seconds=5)
    assert time.monotonic() - started < 15

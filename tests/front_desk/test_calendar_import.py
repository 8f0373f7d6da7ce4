"""Visits from the practice's calendar: read again and again, moved, cancelled, broken."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from intake_app.core.runtime import Runtime
from intake_app.front_desk import board, calendar_import
from intake_app.front_desk.calendar_import import CannotRead
from intake_app.ical.mapping import Mapping
from intake_app.intake import links
from intake_app.operations import scheduler
from intake_app.visits import visits
from tests.support.people import Staff

NOON = datetime(2026, 11, 20, 18, tzinfo=UTC)
BY_DASH = Mapping(name="before", therapist="with")


def event(uid: str, hour: int, title: str, *more: str) -> str:
    lines = [
        f"UID:{uid}",
        "DTSTAMP:20261101T000000Z",
        f"DTSTART:20261121T{hour:02}0000Z",
        f"SUMMARY:{title}",
        *more,
    ]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])


ANA = event(
    "ana",
    15,
    "Ana Moreno - prenatal massage with Donna",
    "DESCRIPTION:Call 920 555 0199\\, ana@example.org",
)
BO = event("bo", 16, "Bo Olsen - deep tissue with Rosa")


@dataclass
class Feed:
    """A booking program on this computer. body None: it answers 500."""

    url: str
    body: str | None


@pytest.fixture
def feed() -> Iterator[Feed]:
    """It has two appointments on the 21st."""
    feed = Feed("", ANA + BO)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if feed.body is not None else 500)
            self.end_headers()
            self.wfile.write(
                f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{feed.body or ''}END:VCALENDAR\r\n".encode()
            )

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    feed.url = f"http://127.0.0.1:{server.server_port}/calendar.ics?key=SECRETKEY"
    yield feed
    server.shutdown()


@pytest.fixture
def runtime(runtime: Runtime, practice: Staff) -> Runtime:
    """The day before, at noon."""
    object.__setattr__(runtime, "clock", lambda: NOON)
    return runtime


@pytest.fixture
def reading(runtime: Runtime, feed: Feed) -> Runtime:
    """The practice reads its calendar."""
    calendar_import.propose(runtime, feed.url, None)
    calendar_import.accept(runtime, BY_DASH, "donna")
    return runtime


def later(runtime: Runtime, minutes: int = 6) -> None:
    """So many minutes pass, and the rounds are made."""
    now = runtime.clock() + timedelta(minutes=minutes)
    object.__setattr__(runtime, "clock", lambda: now)
    scheduler.run_jobs_once(runtime)


def day(runtime: Runtime) -> list[tuple[str, str, str, str]]:
    seats = board.load_board(runtime, NOON.date() + timedelta(days=1)).seats
    return [(seat.at.strftime("%H:%M"), seat.initials, seat.therapist, seat.mark) for seat in seats]


BOTH = [("09:00", "AM", "Donna", ""), ("10:00", "BO", "Rosa", "")]


def test_examples_are_looked_at_before_anything_becomes_a_visit(
    runtime: Runtime, feed: Feed
) -> None:
    calendar_import.propose(runtime, feed.url, None)
    found = calendar_import.preview(runtime, BY_DASH)
    assert found is not None
    assert [person.name for _, person in found[1]] == ["Ana Moreno", "Bo Olsen"]
    assert found[1][0][1].phone == "920 555 0199"
    assert day(runtime) == []
    assert calendar_import.accept(runtime, BY_DASH, "donna") == 2
    assert day(runtime) == BOTH


def test_what_the_massage_is_for_is_not_kept_and_the_address_lies_sealed(reading: Runtime) -> None:
    everything = b"".join(
        path.read_bytes() for path in reading.settings.data.iterdir() if path.is_file()
    )
    for word in (b"prenatal massage", b"deep tissue", b"SECRETKEY", b"Moreno", b"555 0199"):
        assert word not in everything


def test_reading_again_adds_nothing_twice(reading: Runtime) -> None:
    later(reading)
    assert day(reading) == BOTH


def test_a_moved_appointment_keeps_its_form(reading: Runtime, feed: Feed) -> None:
    seat = board.load_board(reading, NOON.date() + timedelta(days=1)).seats[0]
    links.begin_here(reading, seat.id, "desk")
    feed.body = ANA.replace("T150000Z", "T190000Z") + BO
    later(reading)
    assert day(reading) == [BOTH[1], ("13:00", "AM", "Donna", "")]
    assert board.load_board(reading, NOON.date() + timedelta(days=1)).seats[1].id == seat.id


def test_what_the_desk_added_by_hand_stays(reading: Runtime) -> None:
    seat = board.load_board(reading, NOON.date() + timedelta(days=1)).seats[0]
    at, person = visits.get(reading, seat.id)
    visits.change(reading, seat.id, at, replace(person, birth_date="1955-03-14"), "desk")
    later(reading)
    assert visits.get(reading, seat.id)[1].birth_date == "1955-03-14"


def test_an_appointment_that_is_gone_leaves_the_board(reading: Runtime, feed: Feed) -> None:
    feed.body = BO
    later(reading)
    assert day(reading) == [BOTH[1]]


def test_a_cancelled_one_with_a_form_begun_is_marked_and_comes_back(
    reading: Runtime, feed: Feed
) -> None:
    seat = board.load_board(reading, NOON.date() + timedelta(days=1)).seats[0]
    links.begin_here(reading, seat.id, "desk")
    feed.body = ANA.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY") + BO
    later(reading)
    assert day(reading)[0] == ("09:00", "AM", "Donna", "cancelled")
    feed.body = ANA + BO
    later(reading)
    assert day(reading) == BOTH


@pytest.mark.parametrize(
    ("body", "problem"), [(None, "status"), ("BEGIN:VEVENT\r\nnonsense", "format")]
)
def test_a_broken_calendar_says_so_and_keeps_the_last_good_day(
    reading: Runtime, feed: Feed, body: str | None, problem: str
) -> None:
    feed.body = body
    later(reading)
    status = calendar_import.status(reading)
    assert status is not None and status.problem == problem
    assert status.read_at == NOON and day(reading) == BOTH
    feed.body = ANA + BO
    later(reading)
    mended = calendar_import.status(reading)
    assert mended is not None and mended.problem == ""


def test_it_is_read_every_five_minutes_and_not_more_often(reading: Runtime, feed: Feed) -> None:
    feed.body = BO
    later(reading, minutes=4)
    assert day(reading) == BOTH
    later(reading, minutes=1)
    assert day(reading) == [BOTH[1]]


def test_a_file_is_read_once(runtime: Runtime) -> None:
    data = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{ANA}{BO}END:VCALENDAR\r\n".encode()
    calendar_import.propose(runtime, "", data)
    assert calendar_import.accept(runtime, BY_DASH, "donna") == 2
    later(runtime)
    status = calendar_import.status(runtime)
    assert status is not None and status.from_file
    assert day(runtime) == BOTH


def test_a_calendar_that_gives_nothing_is_refused(runtime: Runtime, feed: Feed) -> None:
    with pytest.raises(CannotRead, match="format"):
        calendar_import.propose(runtime, "", b"hello")
    feed.body = None
    with pytest.raises(CannotRead, match="status"):
        calendar_import.propose(runtime, feed.url, None)


def test_an_entry_without_a_name_is_no_visit(runtime: Runtime, feed: Feed) -> None:
    feed.body = event("lunch", 18, "Lunch")
    calendar_import.propose(runtime, feed.url, None)
    assert calendar_import.accept(runtime, Mapping(name="after"), "donna") == 0


def test_stopping_keeps_the_visits(reading: Runtime, feed: Feed) -> None:
    calendar_import.stop(reading, "donna")
    feed.body = BO
    later(reading)
    assert day(reading) == BOTH and calendar_import.status(reading) is None

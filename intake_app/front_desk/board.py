"""The desk's board: who comes today, and how far each form is, told without opening any.

A stage comes from dates, from how far the form is, and from the date of birth that the practice
itself noted; never from an answer, and never from a flag. The board opens the directory only and
holds no clinical key.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from intake_app.core.runtime import Runtime
from intake_app.kiosk import tablets
from intake_app.kiosk.tablets import TabletView
from intake_app.models.drafts import Draft
from intake_app.models.engine import transaction
from intake_app.models.letters import OutgoingEmail
from intake_app.models.practice import Practice
from intake_app.models.records import Record
from intake_app.models.visits import Visit
from intake_app.records import day_of_visit
from intake_app.visits import visits
from intake_app.visits.visits import Mark

PAGE = 20
GRACE = timedelta(minutes=30)  # how long a visit stays on the first page after its time

ASKED_AGAIN = day_of_visit.asked_again_at(Record.id).label("asked_again_at")
Column = TypeVar("Column")
Stage = Literal["not_opened", "step", "expired", "signed", "reviewed"]


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit on the board.

    at: by the practice's clock. today_due: ask the questions about today again.
    """

    id: str
    initials: str
    at: datetime
    therapist: str
    stage: Stage
    part: int
    parts: int
    guardian: bool
    today_due: bool
    mark: Mark
    letter: str  # "" or how the last email went: "waiting" (in vain), "refused", "sent", "dropped"
    has_email: bool
    last_answers: str  # "", "asked", "sent" or "no": those of a client who was here before
    twin: bool = False

    @property
    def ready(self) -> bool:
        """Whether nothing is left to do for the client."""
        return self.stage in ("signed", "reviewed") and not self.today_due


@dataclass(frozen=True, slots=True)
class Board:
    """A page of one day, and the tablets.

    `next` is who comes next and is not ready; `first` counts the visits before this page.
    """

    day: date
    now: datetime
    seats: tuple[VisitRow, ...]
    next: VisitRow | None
    first: int
    total: int
    ready: int
    to_come: int
    tablets: tuple[TabletView, ...] = ()

    @property
    def after(self) -> int:
        """Visits after this page."""
        return self.total - self.first - len(self.seats)

    @property
    def is_today(self) -> bool:
        """Whether this is the practice's own day."""
        return self.day == self.now.date()


class _Answered(NamedTuple):
    """When a record was signed, whether its form asked about the day, and when it was asked again.

    None while there is no record.
    """

    signed_at: datetime | None
    day_asked: bool | None
    asked_again_at: datetime | None


class _StoredVisit(NamedTuple):
    """The columns of `_query`: a visit, and how far its form, its record and its letter are."""

    id: str
    starts_at: datetime
    directory: bytes
    draft_id: str | None
    record_id: str | None
    mark: Mark
    last_answers: str
    part: int | None
    parts: int | None
    signed_at: datetime | None
    opened_at: datetime | None
    day_asked: bool | None
    asked_again_at: datetime | None
    letter: str | None
    tries: int | None


def load_board(runtime: Runtime, day: date | None = None, first: int | None = None) -> Board:
    """The board of a day (default: today), from visit number `first` on (default: around now).

    Twenty visits a page, whatever the day holds: a board of 200 weighs as much as one of 20.
    """
    with transaction(runtime.engine, write=False) as session:
        zone = ZoneInfo(session.get_one(Practice, 1).timezone)
        now = runtime.clock().astimezone(zone)
        day = day or now.date()
        span = _span(day, zone)
        total, past, ready, to_come = _counts(session, span, now)
        first = min(first if first is not None else past, max(0, total - PAGE))
        rows = session.execute(_query(now).where(span).offset(first).limit(PAGE)).all()
        seats = _marked_twins([_seat(runtime, _StoredVisit(*row), zone) for row in rows])
        following = _following(session, runtime, span, zone) if day == now.date() else None
        devices = tablets.list_views(session, runtime)
        return Board(day, now, seats, following, first, total, ready, to_come, devices)


def beginning(runtime: Runtime, visit_id: str) -> int | None:
    """Where a page begins that shows this visit.

    None when the first page of its day does, or when it is gone.
    """
    with transaction(runtime.engine, write=False) as session:
        visit = session.get(Visit, visit_id)
        if visit is None:
            return None
        zone = ZoneInfo(session.get_one(Practice, 1).timezone)
        span = _span(visit.starts_at.astimezone(zone).date(), zone)
        earlier = or_(
            Visit.starts_at < visit.starts_at,
            and_(Visit.starts_at == visit.starts_at, Visit.id < visit.id),
        )
        place = session.scalars(select(func.count()).where(span, earlier)).one()
        total, past, *_ = _counts(session, span, runtime.clock())
        usual = min(past, max(0, total - PAGE))
        return None if usual <= place < usual + PAGE else place - place % PAGE


def version(runtime: Runtime, found: Board, more: str = "") -> str:
    """A short keyed hash of all that a board shows: the same when nothing changed.

    more: what stands beside it.
    """
    seen = more + repr(replace(found, now=found.now.replace(second=0, microsecond=0)))
    return hmac.new(runtime.keys.pepper, f"board:{seen}".encode(), hashlib.sha256).hexdigest()[:24]


def _span(day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """All visits of the practice's own day, also when its clock is changed on it."""
    begin = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return and_(Visit.starts_at >= begin, Visit.starts_at < end)


def _counts(
    session: Session, span: ColumnElement[bool], now: datetime
) -> tuple[int, int, int, int]:
    """How many visits; how many are over; how many are signed; how many are still to come."""
    to_come = and_(Visit.starts_at >= now - GRACE, Visit.mark.in_(("", "late")))
    counts = session.execute(
        select(
            func.count(),
            func.count().filter(Visit.starts_at < now - GRACE),
            func.count().filter(Visit.record_id.is_not(None)),
            func.count().filter(to_come),
        ).where(span)
    ).one()
    return counts[0], counts[1], counts[2], counts[3]


def _following(
    session: Session, runtime: Runtime, span: ColumnElement[bool], zone: ZoneInfo
) -> VisitRow | None:
    """Who comes next and is not ready."""
    now = runtime.clock()
    coming = (
        select(
            Visit.id,
            Visit.starts_at,
            Visit.record_id,
            Record.signed_at,
            Record.day_asked,
            ASKED_AGAIN,
        )
        .outerjoin(Record, Record.id == Visit.record_id)
        .where(span, Visit.starts_at >= now - GRACE, Visit.mark.in_(("", "late", "arrived")))
        .order_by(Visit.starts_at, Visit.id)
    )
    for visit in session.execute(coming):
        answered = _Answered(visit.signed_at, visit.day_asked, visit.asked_again_at)
        due = _today_due(answered, visit.starts_at, now)
        if visit.record_id is None or due:
            row = session.execute(_query(now).where(Visit.id == visit.id)).one()
            return _seat(runtime, _StoredVisit(*row), zone)
    return None


def _query(now: datetime) -> Select[*tuple[Any, ...]]:
    """What a seat needs. The forms and records themselves stay where they are."""
    return (
        select(
            Visit.id,
            Visit.starts_at,
            Visit.directory,
            Visit.draft_id,
            Visit.record_id,
            Visit.mark,
            Visit.last_answers,
            Draft.part,
            Draft.parts,
            Record.signed_at,
            Record.opened_at,
            Record.day_asked,
            ASKED_AGAIN,
            _last_letter(OutgoingEmail.state).label("letter"),
            _last_letter(OutgoingEmail.tries).label("tries"),
        )
        .outerjoin(Draft, and_(Draft.id == Visit.draft_id, Draft.expires_at > now))
        .outerjoin(Record, Record.id == Visit.record_id)
        .order_by(Visit.starts_at, Visit.id)
    )


def _last_letter(column: InstrumentedAttribute[Column]) -> ScalarSelect[Column]:
    newest = (
        select(column)
        .where(OutgoingEmail.visit_id == Visit.id)
        .order_by(OutgoingEmail.created_at.desc(), OutgoingEmail.id)
        .limit(1)
    )
    return newest.scalar_subquery()


def _seat(runtime: Runtime, row: _StoredVisit, zone: ZoneInfo) -> VisitRow:
    person = visits.person_of(runtime, row.id, row.directory)
    at = row.starts_at.astimezone(zone)
    stage = _stage(row)
    return VisitRow(
        id=row.id,
        initials=person.initials,
        at=at,
        therapist=person.therapist,
        stage=stage,
        part=max(row.part or 1, 1),
        parts=row.parts or 0,
        guardian=person.is_minor(at.date()) and row.signed_at is None,
        today_due=_today_due(
            _Answered(row.signed_at, row.day_asked, row.asked_again_at),
            row.starts_at,
            runtime.clock(),
        ),
        mark=row.mark,
        letter=row.letter if row.letter and (row.letter != "waiting" or row.tries) else "",
        has_email=bool(person.email),
        last_answers=row.last_answers,
    )


def _today_due(answered: _Answered, starts_at: datetime, now: datetime) -> bool:
    if answered.signed_at is None:
        return False
    last = day_of_visit.answered_at(
        answered.asked_again_at, answered.signed_at, bool(answered.day_asked)
    )
    return day_of_visit.due(last, starts_at, now)


def _stage(row: _StoredVisit) -> Stage:
    if row.record_id is not None:
        return "reviewed" if row.opened_at is not None else "signed"
    if row.draft_id is None:
        return "not_opened"
    return "expired" if row.parts is None else "step"


def _marked_twins(seats: Sequence[VisitRow]) -> tuple[VisitRow, ...]:
    """Two people with the same initials are pointed out: time and therapist tell them apart."""
    initials = [seat.initials for seat in seats]
    return tuple(replace(seat, twin=initials.count(seat.initials) > 1) for seat in seats)

"""How long records are kept, what holds them longer, and their end.

Each record gets its last day when it is signed: the practice's own number of years (7 unless it
chose otherwise; state rules for massage records ask for 3 to 10), and for somebody under 18 at
least until the end of the year in which they turn 25, because a minor's time to sue begins when
they are of age. The end of that year, so that the date in the database is no birthday. What is
erased leaves a receipt without any of its content; the log of who did what stays whole, because it
never held a name or an answer.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit
from intake_app.core.dates import age
from intake_app.core.runtime import Runtime
from intake_app.crypto import age as seal
from intake_app.keys import recipients
from intake_app.models.client_requests import ClientRequest
from intake_app.models.drafts import Draft
from intake_app.models.engine import secure_delete, transaction
from intake_app.models.erasures import Erasure
from intake_app.models.records import (
    Addendum,
    ClientCopy,
    DecisionDraft,
    Document,
    Record,
    TherapistOnlyWords,
)
from intake_app.models.visits import Visit
from intake_app.records import authenticity

ERASED = "record.erased"
OF_AGE = 18  # years
MINORS_UNTIL = 25  # years
AT_ONCE = 20  # erased in one go; the rest waits for the next
TIME_OVER = "time_over"
Why = Literal["client_asked", "entered_by_mistake", "not_a_client"]
WHYS: tuple[str, ...] = get_args(Why)


class OnHold(Exception):
    """A legal hold keeps this record."""


class TooEarly(Exception):
    """The record must still be kept, and nobody has said why it may go all the same."""


@dataclass(frozen=True, slots=True)
class RetentionStatus:
    """How long one record is kept. hold: the reason of its legal hold, None when there is none."""

    until: date | None
    hold: str | None
    may_go: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is left of an erased record.

    why: a code of WHYS, or TIME_OVER; by: the id of an account, or "system".
    """

    record_id: str
    why: str
    by: str
    erased_sha256: str
    parts: int
    signed_at: datetime
    erased_at: datetime


def keep_until(years: int, born: date, signed_on: date) -> date:
    """The last day a record signed on this day is kept."""
    last = _add_years(signed_on, years)
    if age(born, signed_on) < OF_AGE:
        return max(last, date(born.year + MINORS_UNTIL, 12, 31))
    return last


def _add_years(day: date, years: int) -> date:
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year + years, day=28)
    return day.replace(year=day.year + years)


def for_record(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> RetentionStatus:
    """How long this record is kept.

    Raises authenticity.NoSuchRecord, or authenticity.NotAuthentic when the hold does not open.
    """
    with transaction(runtime.engine, write=False) as session:
        row = _row(session, record_id)
        hold = authenticity.decrypt(row.hold, signed_in).decode() if row.hold else None
        return RetentionStatus(row.keep_until, hold, row.hold is None and _is_over(runtime, row))


def hold(runtime: Runtime, signed_in: StaffIdentity, record_id: str, reason: str) -> None:
    """Keep this record whatever its last day is: a claim, a case.

    Raises authenticity.NoSuchRecord.
    """
    with transaction(runtime.engine, write=True) as session:
        _row(session, record_id).hold = seal.encrypt_to(
            reason.encode(), recipients.pinned_recipients(runtime)
        )
        audit.append(
            session,
            runtime.keys,
            "record.held",
            signed_in.practitioner_id,
            record_id,
            now=runtime.clock(),
        )


def release(runtime: Runtime, signed_in: StaffIdentity, record_id: str) -> None:
    """End a legal hold. Raises authenticity.NoSuchRecord."""
    with transaction(runtime.engine, write=True) as session:
        _row(session, record_id).hold = None
        audit.append(
            session,
            runtime.keys,
            "record.released",
            signed_in.practitioner_id,
            record_id,
            now=runtime.clock(),
        )


def erase(runtime: Runtime, signed_in: StaffIdentity, record_id: str, why: Why, sure: bool) -> None:
    """Erase a record with everything that belongs to it. sure: also before its last day.

    Raises authenticity.NoSuchRecord, OnHold or TooEarly.
    """
    with transaction(runtime.engine, write=True) as session:
        row = _row(session, record_id)
        if row.hold is not None:
            raise OnHold
        if not _is_over(runtime, row) and not sure:
            raise TooEarly
        _erase(session, runtime, row, why, signed_in.practitioner_id)


def purge_expired(session: Session, runtime: Runtime) -> int:
    """Delete what is over: forms after 14 days, copies after 30, records after their last day.

    Forms are those that were not finished, copies those of the clients. Records go a few at a time,
    unless something holds them. Returns how many of all were deleted.
    """
    now = runtime.clock()
    forms = session.execute(delete(Draft).where(Draft.expires_at <= now))
    copies = session.execute(delete(ClientCopy).where(ClientCopy.expires_at <= now))
    over = select(Record).where(Record.keep_until < now.date(), Record.hold.is_(None))
    rows = session.scalars(over.order_by(Record.keep_until).limit(AT_ONCE)).all()
    for row in rows:
        _erase(session, runtime, row, TIME_OVER, "system")
    return int(forms.rowcount) + int(copies.rowcount) + len(rows)  # type: ignore[attr-defined]


def receipts(runtime: Runtime) -> tuple[Receipt, ...]:
    """Every receipt, the newest first."""
    with transaction(runtime.engine, write=False) as session:
        return tuple(
            map(_receipt, session.scalars(select(Erasure).order_by(Erasure.erased_at.desc())))
        )


def receipt(runtime: Runtime, record_id: str) -> Receipt:
    """One receipt. Raises authenticity.NoSuchRecord."""
    with transaction(runtime.engine, write=False) as session:
        row = session.get(Erasure, record_id)
        if row is None:
            raise authenticity.NoSuchRecord
        return _receipt(row)


def _row(session: Session, record_id: str) -> Record:
    row = session.get(Record, record_id, with_for_update=True)
    if row is None:
        raise authenticity.NoSuchRecord
    return row


def _is_over(runtime: Runtime, row: Record) -> bool:
    return row.keep_until is not None and row.keep_until < runtime.clock().date()


def _erase(session: Session, runtime: Runtime, row: Record, why: str, by: str) -> None:
    """The database itself overwrites the rows with zeros, in every file (models.engine.erases)."""
    secure_delete(session)
    erasure = _erasure(session, runtime, row, why, by)
    _delete_belongings(session, row.id)
    session.add(erasure)
    session.delete(row)
    audit.append(
        session,
        runtime.keys,
        ERASED,
        by,
        erasure.record_id,
        now=erasure.erased_at,
        why=why,
        erased=erasure.erased_sha256,
        parts=erasure.parts,
    )


def _erasure(session: Session, runtime: Runtime, row: Record, why: str, by: str) -> Erasure:
    """The receipt of this record, taken while all of it is still there."""
    parts = _parts(session, row)
    return Erasure(
        record_id=row.id,
        why=why,
        by=by,
        erased_sha256=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
        parts=len(parts),
        signed_at=row.signed_at,
        erased_at=runtime.clock(),
    )


def _delete_belongings(session: Session, record_id: str) -> None:
    """Everything that belongs to the record; the form of a visit goes before the visit."""
    drafts = select(Visit.draft_id).where(Visit.record_id == record_id)
    session.execute(delete(Draft).where(Draft.id.in_(drafts)))
    session.execute(delete(Visit).where(Visit.record_id == record_id))
    for table in (ClientRequest, DecisionDraft, Addendum, TherapistOnlyWords, ClientCopy, Document):
        session.execute(delete(table).where(table.record_id == record_id))


def _parts(session: Session, row: Record) -> list[str]:
    """The SHA-256 of everything that is erased, as it stood in the database.

    The hash of the receipt is over these.
    """
    documents = session.scalars(select(Document.pdf_sha256).where(Document.record_id == row.id))
    addenda = session.scalars(
        select(Addendum.sealed_sha256).where(Addendum.record_id == row.id).order_by(Addendum.id)
    )
    therapist_only = session.scalars(
        select(TherapistOnlyWords.sealed_sha256).where(TherapistOnlyWords.record_id == row.id)
    )
    return [row.sealed_sha256, *documents, *addenda, *therapist_only]


def _receipt(row: Erasure) -> Receipt:
    return Receipt(
        row.record_id, row.why, row.by, row.erased_sha256, row.parts, row.signed_at, row.erased_at
    )

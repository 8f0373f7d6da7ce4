"""Somebody who was here before is expected: the desk asks for the last answers, a therapist sends.

The desk has no key and learns nothing but “asked” and “sent”. It knows who comes; whose record that
is, a therapist decides, by name and date of birth, and their keys open it (records.previous_record
says why). Until then the visit's ordinary form can be used.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto.server_keys import DirectoryError, decrypt_directory
from intake_app.front_desk import mailer
from intake_app.front_desk.mailer import NoAddress
from intake_app.intake import links, returning_client
from intake_app.intake.links import AlreadyOpened
from intake_app.kiosk import sessions
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.records import Record
from intake_app.models.visits import Visit
from intake_app.records.sealed.beside_evidence import DirectoryEntry
from intake_app.visits import visits
from intake_app.visits.person import ExpectedClient

ASKED = "asked"
SENT = "sent"
NO = "no"
LATE = timedelta(hours=12)  # how long after its time a visit is still asked about
SHOWN = 5


@dataclass(frozen=True, slots=True)
class EarlierRecord:
    """The newest record of somebody who may be the one expected."""

    record_id: str
    name: str
    born: date
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class PreviousAnswersRequest:
    """A visit that the desk asked about. Times are by the practice's clock."""

    visit_id: str
    name: str
    at: datetime
    records: tuple[EarlierRecord, ...]


@dataclass(frozen=True, slots=True)
class SentAnswers:
    """A form with last answers.

    mailed: None where there is no address, else whether the mail server took the link.
    """

    token: str
    person: ExpectedClient
    mailed: bool | None


def ask(runtime: Runtime, visit_id: str, by: str) -> None:
    """The desk asks. Raises NoSuchVisit, or AlreadyOpened once the form was begun."""
    with transaction(runtime.engine, write=True) as session:
        visit = visits.get_locked(session, visit_id)
        if visit.draft_id or visit.record_id:
            raise AlreadyOpened
        visit.last_answers = ASKED
        audit.append(session, runtime.keys, "last_answers.asked", by, visit_id, now=runtime.clock())


def refuse(runtime: Runtime, signed_in: StaffIdentity, visit_id: str) -> None:
    """The client fills in the ordinary form. Raises NoSuchVisit."""
    with transaction(runtime.engine, write=True) as session:
        visits.get_locked(session, visit_id).last_answers = NO
        me = signed_in.practitioner_id
        audit.append(
            session, runtime.keys, "last_answers.refused", me, visit_id, now=runtime.clock()
        )


def open_requests(runtime: Runtime) -> tuple[PreviousAnswersRequest, ...]:
    """What the desk asked and no therapist has answered, who comes first first.

    Reads the directory only.
    """
    begun = Visit.draft_id.is_not(None) | Visit.record_id.is_not(None)
    open_ones = select(Visit).where(
        Visit.last_answers == ASKED, ~begun, Visit.starts_at > runtime.clock() - LATE
    )
    with transaction(runtime.engine, write=False) as session:
        zone = ZoneInfo(session.get_one(Practice, 1).timezone)
        rows = session.scalars(open_ones.order_by(Visit.starts_at)).all()
        known = tuple(_people(session, runtime, zone)) if rows else ()
        people = [(row, visits.person_of(runtime, row.id, row.directory)) for row in rows]
        return tuple(
            PreviousAnswersRequest(
                row.id, person.name, row.starts_at.astimezone(zone), _same(person, known)
            )
            for row, person in people
        )


def send(runtime: Runtime, signed_in: StaffIdentity, visit_id: str, record_id: str) -> SentAnswers:
    """Put the answers of this record into the form of this visit.

    Links sent before open it, and every tablet; it is sent by email, too.

    Raises NoSuchVisit, AlreadyOpened, and what returning_client.open_for_reuse raises.
    """
    _, person = visits.get(runtime, visit_id)
    state = returning_client.prefilled_state(
        runtime, *returning_client.open_for_reuse(runtime, signed_in, record_id)
    )
    me = signed_in.practitioner_id
    with transaction(runtime.engine, write=True) as session:
        draft_id, token = links.begin_ready(session, runtime, visit_id, state, me)
        sessions.park_on_all_tablets(session, draft_id, token)
        visits.get_locked(session, visit_id).last_answers = SENT
        audit.append(
            session,
            runtime.keys,
            "last_answers.sent",
            me,
            visit_id,
            now=runtime.clock(),
            record=record_id,
        )
    try:
        return SentAnswers(token, person, mailer.send_now(runtime, visit_id, token, me))
    except NoAddress:
        return SentAnswers(token, person, None)


def are_sent(runtime: Runtime, visit_id: str) -> bool:
    """Whether the form of this visit holds last answers. Raises NoSuchVisit."""
    with transaction(runtime.engine, write=False) as session:
        return visits.get_locked(session, visit_id).last_answers == SENT


def _people(session: Session, runtime: Runtime, zone: ZoneInfo) -> Iterator[EarlierRecord]:
    """Everybody who has a record, each once with the newest.

    A row that was changed names nobody.
    """
    seen: set[tuple[str, str]] = set()
    newest_first = select(Record.id, Record.directory, Record.signed_at).order_by(
        Record.signed_at.desc()
    )
    for row in session.execute(newest_first):
        try:
            plain = decrypt_directory(runtime.keys, f"record:{row.id}", row.directory)
        except DirectoryError:
            continue
        entry = DirectoryEntry.from_json(json.loads(plain))
        who = (entry.name.casefold(), entry.birth_date)
        if who not in seen:
            seen.add(who)
            born = date.fromisoformat(entry.birth_date)
            yield EarlierRecord(row.id, entry.name, born, row.signed_at.astimezone(zone))


def _same(person: ExpectedClient, known: tuple[EarlierRecord, ...]) -> tuple[EarlierRecord, ...]:
    """Who fits: by date of birth and one of the names.

    Where the desk knows no date: by two names, or the only one.
    """
    names = _names(person.name)

    def fits(one: EarlierRecord) -> bool:
        shared = names & _names(one.name)
        if person.birth_date:
            return bool(shared) and one.born.isoformat() == person.birth_date
        return len(shared) >= min(2, len(names)) > 0

    return tuple(filter(fits, known))[:SHOWN]


def _names(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.casefold()))

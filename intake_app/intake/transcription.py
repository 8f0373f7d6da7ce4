"""A paper form, typed by a therapist: which sheet it is, whose, and what the record says of that.

Every printed form has a number of twelve digits: eight of its own, and four that check them
together with the version of the questionnaire. So nothing is stored when a form is printed, a wrong
digit is seen, and a sheet is typed on the very questions it was printed with. The form of a client
who had begun has a number made from that form's id, so that it leads to the visit. A number is used
up once the log says that a record was typed from it.

The therapist walks the client's walk in a form of their own. What the client wrote on a screen
opens for the client only.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.intake import drafts
from intake_app.intake.draft_state import DraftState, TranscribedForm
from intake_app.intake.open_draft import OpenDraft
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.visits import Visit
from intake_app.practice import profile
from intake_app.questionnaire import Questionnaire, versions
from intake_app.visits import visits
from intake_app.visits.person import ExpectedClient

SERIAL_DIGITS = 8
CHECK_DIGITS = 4
WEEK = timedelta(days=7)


class UnknownNumber(Exception):
    """No form of this practice has this number: a digit is wrong."""


class UsedNumber(Exception):
    """A record was typed from this sheet already."""


class VisitAlreadySigned(Exception):
    """The client printed this half done, and then signed on a screen."""


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A printed form. visit_id: the visit it was printed for, "" when there is none."""

    number: str
    questionnaire: Questionnaire
    visit_id: str


@dataclass(frozen=True, slots=True)
class SheetDetails:
    """What the therapist says of a sheet.

    signed_on: the day beside the signature. visit_id: "" for no visit.
    """

    client_name: str
    signed_on: date
    visit_id: str


def blank_number(runtime: Runtime, questionnaire: Questionnaire) -> str:
    """A number for one more blank form of this version."""
    serial = f"{secrets.randbelow(10**SERIAL_DIGITS):0{SERIAL_DIGITS}}"
    return serial + _check(runtime, questionnaire, serial)


def half_done_number(runtime: Runtime, draft: OpenDraft) -> str:
    """The number of this client's form on paper, the same each time it is printed."""
    serial = _serial(runtime, draft.id)
    return serial + _check(runtime, draft.questionnaire, serial)


def printed_form(runtime: Runtime, typed: str) -> PrintedForm:
    """The sheet of this number. Raises UnknownNumber, UsedNumber, VisitAlreadySigned."""
    number = "".join(typed.replace("-", " ").split())
    if not (number.isascii() and number.isdecimal()):
        raise UnknownNumber
    serial = number[:SERIAL_DIGITS]
    check = number[SERIAL_DIGITS:]
    printed_on = [
        version
        for version in versions(profile.FORM)
        if hmac.compare_digest(_check(runtime, version, serial), check)
    ]
    if not printed_on:
        raise UnknownNumber
    with transaction(runtime.engine, write=False) as session:
        if _is_used(session, runtime, number):
            raise UsedNumber
        return PrintedForm(number, printed_on[0], _visit(session, runtime, serial))


def open_visits(runtime: Runtime) -> list[tuple[str, datetime, ExpectedClient]]:
    """Visits from a week ago to tomorrow that have no signed form, the latest first.

    Times are by the practice's clock.
    """
    practice = profile.load_profile(runtime)
    zone = profile.zone_of(practice)
    today = datetime.combine(runtime.clock().astimezone(zone).date(), time(), zone)
    near = Visit.starts_at.between(today - WEEK, today + timedelta(days=2))
    around = near & Visit.record_id.is_(None)
    with transaction(runtime.engine, write=False) as session:
        rows = session.scalars(select(Visit).where(around).order_by(Visit.starts_at.desc()))
        return [
            (
                row.id,
                row.starts_at.astimezone(zone),
                visits.person_of(runtime, row.id, row.directory),
            )
            for row in rows
        ]


def begin(
    runtime: Runtime,
    therapist: StaffIdentity,
    sheet: PrintedForm,
    details: SheetDetails,
    browser: str,
) -> str:
    """An empty form to type this sheet into. Returns its token."""
    form = TranscribedForm(
        therapist_id=therapist.practitioner_id,
        therapist_name=therapist.name,
        client_name=details.client_name,
        signed_on=details.signed_on.isoformat(),
        number=sheet.number,
        definition_sha256=sheet.questionnaire.sha256,
        visit_id=sheet.visit_id or details.visit_id,
    )
    state = DraftState(transcription=form)
    return drafts.create_transcription(runtime, state, browser, therapist.practitioner_id)


def note_record(session: Session, runtime: Runtime, form: TranscribedForm, record_id: str) -> None:
    """The typed form became this record, in the caller's transaction. Raises UsedNumber."""
    if _is_used(session, runtime, form.number):
        raise UsedNumber
    visits.link_transcription(session, form.visit_id, record_id)
    audit.append(
        session,
        runtime.keys,
        "record.typed",
        form.therapist_id,
        record_id,
        now=runtime.clock(),
        number=form.number,
        of=form.signed_on,
    )


def _is_used(session: Session, runtime: Runtime, number: str) -> bool:
    typed = select(AuditEvent).where(
        AuditEvent.action == "record.typed", AuditEvent.data_json.contains(number)
    )
    rows = [
        row for row in session.scalars(typed) if json.loads(row.data_json).get("number") == number
    ]
    return any(audit.is_ours(row, runtime.keys) for row in rows)


def _visit(session: Session, runtime: Runtime, serial: str) -> str:
    for visit in session.scalars(select(Visit).where(Visit.draft_id.is_not(None))):
        if hmac.compare_digest(_serial(runtime, visit.draft_id or ""), serial):
            if visit.record_id is not None:
                raise VisitAlreadySigned
            return visit.id
    return ""


def _serial(runtime: Runtime, draft_id: str) -> str:
    return _digits(runtime, f"paper form:{draft_id}", SERIAL_DIGITS)


def _check(runtime: Runtime, questionnaire: Questionnaire, serial: str) -> str:
    return _digits(runtime, f"paper check:{questionnaire.sha256}:{serial}", CHECK_DIGITS)


def _digits(runtime: Runtime, what: str, length: int) -> str:
    keyed = hmac.new(runtime.keys.pepper, what.encode("utf-8", "replace"), hashlib.sha256).digest()
    return f"{int.from_bytes(keyed) % 10**length:0{length}}"

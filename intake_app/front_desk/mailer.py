"""Invitations and reminders by email: queued, sent when the mail server answers, never lost.

A letter that waits holds no address, no name and no link. The address is read and a fresh link is
made (intake.links) when the server has answered and the letter is handed over. The words say
nothing about health. At most two reminders go to one client. A server that does not answer is asked
again after 1, 5, 15 and then every 60 minutes, until the visit has begun; a refused address is not
asked again, and the board says so.
"""

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Literal
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from intake_app.core import audit
from intake_app.core.config import Smtp
from intake_app.core.runtime import Runtime
from intake_app.front_desk.email_text import compose
from intake_app.front_desk.smtp import connect, is_final
from intake_app.intake import links
from intake_app.intake.links import AlreadyOpened
from intake_app.models.engine import transaction
from intake_app.models.letters import OutgoingEmail, ReminderSettings
from intake_app.models.practice import Practice
from intake_app.models.visits import Visit
from intake_app.visits import visits
from intake_app.visits.visits import NoSuchVisit

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
MOST_REMINDERS = 2
BATCH = 20

Kind = Literal["invitation", "reminder"]


class NoAddress(Exception):
    """Nothing can be sent: no mail server is set, or the visit has no email address."""


class EnoughReminders(Exception):
    """This client was reminded twice; that is the most."""


@dataclass(frozen=True, slots=True)
class LetterRules:
    """reminder_hours: 0 for no reminders.

    invite_from_calendar: whether visits read from a calendar are invited.
    """

    reminder_hours: int = 24
    invite_from_calendar: bool = False


def load_rules(runtime: Runtime) -> LetterRules:
    """The practice's rules."""
    with transaction(runtime.engine, write=False) as session:
        row = session.get(ReminderSettings, 1)
        return LetterRules(row.reminder_hours, row.invite_from_calendar) if row else LetterRules()


def set_rules(runtime: Runtime, wanted: LetterRules, by: str) -> None:
    """Change them."""
    row = ReminderSettings(
        id=1, reminder_hours=wanted.reminder_hours, invite_from_calendar=wanted.invite_from_calendar
    )
    with transaction(runtime.engine, write=True) as session:
        session.merge(row)
        audit.append(session, runtime.keys, "desk.rules_changed", by, "desk", now=runtime.clock())


def send(runtime: Runtime, visit_id: str, kind: Kind, by: str) -> None:
    """Queue a letter. Raises NoSuchVisit, NoAddress, or EnoughReminders."""
    with transaction(runtime.engine, write=True) as session:
        visit = visits.get_locked(session, visit_id)
        if (
            runtime.settings.smtp is None
            or not visits.person_of(runtime, visit.id, visit.directory).email
        ):
            raise NoAddress
        if kind == "reminder" and _reminders(session, visit_id) >= MOST_REMINDERS:
            raise EnoughReminders
        _queue(session, runtime, visit_id, kind, by)


def send_now(runtime: Runtime, visit_id: str, token: str, by: str) -> bool:
    """Send the link with this token now, once.

    Returns whether the mail server took it; nothing waits.

    Raises NoSuchVisit, or NoAddress.
    """
    _, person = visits.get(runtime, visit_id)
    smtp = runtime.settings.smtp
    if smtp is None or not person.email:
        raise NoAddress
    with transaction(runtime.engine, write=False) as session:
        practice = session.get_one(Practice, 1)
        session.expunge_all()
    try:
        with connect(smtp) as server:
            server.send_message(
                compose(smtp, practice, person, "invitation", f"{smtp.public_url}/i#{token}")
            )
    except (smtplib.SMTPException, OSError, ValueError):
        return False
    with transaction(runtime.engine, write=True) as session:
        audit.append(session, runtime.keys, "letter.sent", by, visit_id, now=runtime.clock())
    return True


def send_or_remind(runtime: Runtime, visit_id: str, by: str) -> None:
    """The invitation when none was sent, otherwise a reminder. Raises as `send` does."""
    with transaction(runtime.engine, write=False) as session:
        earlier = session.scalar(
            select(OutgoingEmail.id).where(OutgoingEmail.visit_id == visit_id).limit(1)
        )
    send(runtime, visit_id, "reminder" if earlier else "invitation", by)


def queue_due(runtime: Runtime) -> None:
    """Queue what the practice's rules ask for: reminders, invitations for visits from the calendar.

    Looks first and locks only what is due, then looks again: of several processes one queues a
    letter.
    """
    wanted = load_rules(runtime)
    now = runtime.clock()
    if runtime.settings.smtp is None:
        return
    with transaction(runtime.engine, write=False) as session:
        coming = select(Visit).where(Visit.starts_at > now)
        due = [
            visit.id for visit in session.scalars(coming) if _due(session, runtime, visit, wanted)
        ]
    for visit_id in due:
        with transaction(runtime.engine, write=True) as session:
            if kind := _due(session, runtime, visits.get_locked(session, visit_id), wanted):
                _queue(session, runtime, visit_id, kind, "rule")


def send_due(runtime: Runtime) -> int:
    """Hand over what waits, as far as the mail server takes it. Returns how many were sent.

    Each letter is claimed before it is sent, so that of several processes one sends it.
    """
    smtp = runtime.settings.smtp
    now = runtime.clock()
    if smtp is None:
        return 0
    sent = 0
    with transaction(runtime.engine, write=False) as session:
        waiting = (
            select(OutgoingEmail.id)
            .where(OutgoingEmail.state == "waiting", OutgoingEmail.next_at <= now)
            .limit(BATCH)
        )
        due = session.scalars(waiting).all()
    for letter_id in due:
        sent += _claim(runtime, letter_id) and _deliver(runtime, smtp, letter_id)
    return sent


def _due(session: Session, runtime: Runtime, visit: Visit, wanted: LetterRules) -> Kind | None:
    """The letter that this visit should get now by the rules, None for none."""
    if visit.record_id is not None or visit.mark not in ("", "late"):
        return None
    newest = (
        select(OutgoingEmail)
        .where(OutgoingEmail.visit_id == visit.id)
        .order_by(OutgoingEmail.created_at.desc())
        .limit(1)
    )
    kind = _due_after(session.scalar(newest), visit, wanted, runtime.clock())
    if kind is None or (kind == "reminder" and _reminders(session, visit.id) >= MOST_REMINDERS):
        return None
    return kind if visits.person_of(runtime, visit.id, visit.directory).email else None


def _due_after(
    last: OutgoingEmail | None, visit: Visit, wanted: LetterRules, now: datetime
) -> Kind | None:
    if last is None:
        return (
            "invitation" if wanted.invite_from_calendar and visit.source_key is not None else None
        )
    hours = timedelta(hours=wanted.reminder_hours)
    return "reminder" if last.state == "sent" and hours and last.next_at + hours <= now else None


def _queue(session: Session, runtime: Runtime, visit_id: str, kind: Kind, by: str) -> None:
    now = runtime.clock()
    session.add(
        OutgoingEmail(
            id=uuid4().hex,
            visit_id=visit_id,
            kind=kind,
            state="waiting",
            tries=0,
            next_at=now,
            created_at=now,
        )
    )
    audit.append(session, runtime.keys, "letter.queued", by, visit_id, now=now, kind=kind)


def _reminders(session: Session, visit_id: str) -> int:
    sent = (
        OutgoingEmail.visit_id == visit_id,
        OutgoingEmail.kind == "reminder",
        OutgoingEmail.state.in_(("waiting", "sent")),
    )
    return session.scalar(select(func.count()).select_from(OutgoingEmail).where(*sent)) or 0


def _claim(runtime: Runtime, letter_id: str) -> bool:
    """Take one letter for this process: until its next try nobody else touches it."""
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        letter = session.get(OutgoingEmail, letter_id, with_for_update=True)
        if letter is None or letter.state != "waiting" or letter.next_at > now:
            return False
        letter.next_at = now + WAITS[min(letter.tries, len(WAITS) - 1)]
        letter.tries += 1
        visit = visits.get_locked(session, letter.visit_id)
        if visit.starts_at <= now or visit.record_id is not None:
            letter.state = "dropped"
        return letter.state == "waiting"


def _deliver(runtime: Runtime, smtp: Smtp, letter_id: str) -> bool:
    try:
        with connect(smtp) as server:
            server.send_message(_letter(runtime, smtp, letter_id))
    except (
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPSenderRefused,
        smtplib.SMTPDataError,
    ) as error:
        if is_final(error):
            _note(runtime, letter_id, "refused")
        return False
    except (smtplib.SMTPException, OSError, NoSuchVisit):
        # It stays in the queue, its next try is set. A bad certificate is an OSError and a
        # ValueError.
        return False
    except ValueError:  # an address that no letter can carry
        _note(runtime, letter_id, "refused")
        return False
    _note(runtime, letter_id, "sent")
    return True


def _note(runtime: Runtime, letter_id: str, state: str) -> None:
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        session.execute(
            update(OutgoingEmail)
            .where(OutgoingEmail.id == letter_id)
            .values(state=state, next_at=now)
        )
        visit_id = session.get_one(OutgoingEmail, letter_id).visit_id
        audit.append(session, runtime.keys, f"letter.{state}", "server", visit_id, now=now)


def _letter(runtime: Runtime, smtp: Smtp, letter_id: str) -> EmailMessage:
    """The letter in words, with a link made now; once the form is opened, without one."""
    with transaction(runtime.engine, write=False) as session:
        letter = session.get_one(OutgoingEmail, letter_id)
        practice = session.get_one(Practice, 1)
        session.expunge_all()
    _, person = visits.get(runtime, letter.visit_id)
    try:
        link = f"{smtp.public_url}/i#{links.new_link(runtime, letter.visit_id, 'server')}"
    except AlreadyOpened:
        link = ""
    return compose(smtp, practice, person, letter.kind, link)

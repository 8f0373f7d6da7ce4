"""One person at a tablet: how they sit down, stay, and what is left when they go: nothing.

The form is the client's: the tablet's browser holds its token in a cookie while they sit there.
When the form is put away, the cookie goes; the token is kept sealed to this very tablet (its public
key), so that the client can go on there, having named their date of birth. A form that was
opened on another device comes here by a code only (kiosk.device_transfer).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto import link_box
from intake_app.intake import drafts, links
from intake_app.intake.links import AlreadyOpened
from intake_app.kiosk import tablets
from intake_app.kiosk.tablets import TOUCH_EVERY, TabletView
from intake_app.models.engine import transaction
from intake_app.models.tablets import ParkedForm, Tablet
from intake_app.models.visits import Visit
from intake_app.practice import profile
from intake_app.records import day_of_visit
from intake_app.visits import visits
from intake_app.visits.visits import NoSuchVisit


class OpenedElsewhere(Exception):
    """The client began on another device: only a code from there brings the form here."""


class FormAlreadySigned(Exception):
    """The form of this visit is done."""


class NobodySent(Exception):
    """Nobody was sent to this tablet."""


@dataclass(frozen=True, slots=True)
class GreetedClient:
    """Somebody who may be the one at the tablet.

    Only what they should see of themselves: first name, initials.
    """

    visit_id: str
    first_name: str
    initials: str


def greeted_client(runtime: Runtime, tablet: TabletView) -> GreetedClient | None:
    """Who was sent to this tablet, None when nobody."""
    if tablet.visit_id is None:
        return None
    try:
        _, person = visits.get(runtime, tablet.visit_id)
    except NoSuchVisit:
        return None
    return GreetedClient(tablet.visit_id, person.first_name, person.initials)


def find_by_birth_date(runtime: Runtime, day: date) -> tuple[GreetedClient, ...]:
    """Today's visits of clients with this date of birth who have something to fill in."""
    practice = profile.load_profile(runtime)
    zone = profile.zone_of(practice)
    begin = datetime.combine(runtime.clock().astimezone(zone).date(), datetime.min.time(), zone)
    today = Visit.starts_at.between(begin, begin + timedelta(days=1))
    with transaction(runtime.engine, write=False) as session:
        expected = select(Visit).where(today, Visit.mark.not_in(("no_show", "cancelled")))
        people = [
            (visit.id, visits.person_of(runtime, visit.id, visit.directory))
            for visit in session.scalars(expected).all()
            if visit.record_id is None or day_of_visit.is_due(session, runtime, visit)
        ]
    return tuple(
        GreetedClient(visit_id, person.first_name, person.initials)
        for visit_id, person in people
        if person.birth_date == day.isoformat()
    )


def choose(runtime: Runtime, tablet_id: str, visit_id: str) -> None:
    """The client said by date of birth who they are: the tablet greets them.

    Raises NoSuchTablet, NoSuchVisit.
    """
    with tablets.changed(runtime, tablet_id) as (session, row):
        visits.get_locked(session, visit_id)
        row.visit_id = visit_id
        audit.append(
            session,
            runtime.keys,
            "tablet.chosen",
            "client",
            tablet_id,
            now=runtime.clock(),
            visit=visit_id,
        )


def reject_greeting(runtime: Runtime, tablet_id: str) -> None:
    """The wrong person is greeted: forget whom, and call somebody. Raises NoSuchTablet."""
    with tablets.changed(runtime, tablet_id) as (session, row):
        row.visit_id = None
        row.help_at = runtime.clock()
        audit.append(
            session, runtime.keys, "tablet.wrong_person", "client", tablet_id, now=runtime.clock()
        )


def start(runtime: Runtime, tablet: TabletView, device: str, browser: str) -> str:
    """Open the form of whoever was sent here. Returns its token. device: the tablet's own cookie.

    A form that was put away here or made ready comes, and asks for the date of birth where one is
    known. Raises NobodySent, FormAlreadySigned, OpenedElsewhere.
    """
    if tablet.visit_id is None:
        raise NobodySent
    try:
        token = links.begin_here(runtime, tablet.visit_id, "client")
    except AlreadyOpened:
        return _come_back(runtime, tablet, device, browser)
    draft = drafts.open_draft(runtime, token, browser)
    if draft is not None:
        drafts.bind_browser(runtime, draft, browser, "tablet")
        bind_form(runtime, tablet.id, draft.id, token)
    return token


def _come_back(runtime: Runtime, tablet: TabletView, device: str, browser: str) -> str:
    with transaction(runtime.engine, write=False) as session:
        visit = visits.get_locked(session, tablet.visit_id or "")
        if visit.record_id is not None and not day_of_visit.is_due(session, runtime, visit):
            raise FormAlreadySigned
        form_key = (visit.draft_id, tablet.id)
        parked = session.get(ParkedForm, form_key) if visit.draft_id else None
        if parked is None:
            raise OpenedElsewhere
        box = parked.box
        draft_id = parked.draft_id
    try:
        token = link_box.unwrap(device, runtime.keys.pepper, box, draft_id)
    except (
        link_box.LinkLocked
    ) as error:  # put away under another app key, or before this device was paired anew
        raise OpenedElsewhere from error
    draft = drafts.open_draft(runtime, token, browser)
    if draft is None:
        raise OpenedElsewhere
    if draft.birth_date is None:
        drafts.bind_browser(runtime, draft, browser, "tablet")
    bind_form(runtime, tablet.id, draft_id, token)
    return token


def bind_form(runtime: Runtime, tablet_id: str, draft_id: str, token: str) -> None:
    """From now on this form may be shown on this tablet. Raises NoSuchTablet."""
    now = runtime.clock()
    with tablets.changed(runtime, tablet_id) as (session, row):
        bind_form_in(session, row, draft_id, token, now)
        audit.append(
            session, runtime.keys, "tablet.begun", "client", tablet_id, now=now, draft=draft_id
        )


def bind_form_in(session: Session, row: Tablet, draft_id: str, token: str, now: datetime) -> None:
    """The same in the caller's transaction, without a line in the log."""
    row.draft_id = draft_id
    row.touched_at = now
    row.wrong_codes = 0
    row.visit_id = session.scalar(select(Visit.id).where(Visit.draft_id == draft_id))
    session.execute(delete(ParkedForm).where(ParkedForm.draft_id == draft_id))
    _put(session, row, draft_id, token)


def park_on_all_tablets(session: Session, draft_id: str, token: str) -> None:
    """The form may be opened at every tablet, once the client names their date of birth.

    In the caller's transaction.
    """
    for row in session.scalars(select(Tablet)):
        _put(session, row, draft_id, token)


def _put(session: Session, row: Tablet, draft_id: str, token: str) -> None:
    session.add(
        ParkedForm(
            draft_id=draft_id, tablet_id=row.id, box=link_box.wrap(row.public_key, token, draft_id)
        )
    )


def apply_language(runtime: Runtime, tablet: TabletView, token: str, browser: str) -> None:
    """Show the form in Spanish, where we have it, when that was chosen on this tablet.

    Else it stays as it was.
    """
    draft = drafts.open_draft(runtime, token, browser) if "spanish" in tablet.comfort else None
    if draft is not None:
        drafts.set_language(runtime, draft, "es")


def touch(runtime: Runtime, tablet: TabletView) -> None:
    """Whoever is there did something."""
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        row = session.get(Tablet, tablet.id)
        if row is not None and row.touched_at is not None and now - row.touched_at >= TOUCH_EVERY:
            row.touched_at = now


def end(runtime: Runtime, tablet_id: str) -> None:
    """The person is done, away or moved: the tablet shows nobody's form from now on.

    Raises NoSuchTablet.
    """
    with tablets.changed(runtime, tablet_id) as (session, row):
        clear(session, runtime, row)


def clear(session: Session, runtime: Runtime, row: Tablet) -> None:
    """The same in the caller's transaction."""
    if row.draft_id is not None or row.visit_id is not None or row.comfort:
        row.draft_id = row.visit_id = row.touched_at = None
        row.comfort = ""
        row.cleared_at = runtime.clock()
        audit.append(session, runtime.keys, "tablet.cleared", "client", row.id, now=runtime.clock())


def record_wipe_check(runtime: Runtime, tablet_id: str, clean: bool) -> None:
    """What the page itself found in the browser after clearing. Raises NoSuchTablet."""
    with tablets.changed(runtime, tablet_id) as (session, _):
        audit.append(
            session,
            runtime.keys,
            "tablet.checked",
            "tablet",
            tablet_id,
            now=runtime.clock(),
            clean=clean,
        )

"""The practice's own tablets: paired once, sent a client, called to, unpaired.

A tablet is known by a cookie of 256 bits, of which the database keeps a hash. The cookie is no
session of anybody: it shows the kiosk, and nothing else. Its name is directory data.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto import link_box
from intake_app.crypto.server_keys import DirectoryError, decrypt_directory, encrypt_directory
from intake_app.crypto.session_box import cookie_hash, new_cookie
from intake_app.models.engine import transaction
from intake_app.models.tablets import ParkedForm, Tablet
from intake_app.visits import visits

IDLE = timedelta(minutes=15)
TOUCH_EVERY = timedelta(seconds=20)
COMFORT = ("large", "contrast", "aloud", "low", "left", "spanish", "full")


class NoSuchTablet(Exception):
    """This tablet is not paired, or no longer."""


class TabletNameTaken(Exception):
    """Another tablet has this name; people would mix them up."""


class TabletInUse(Exception):
    """Somebody else's form is open on this tablet."""


@dataclass(frozen=True, slots=True)
class TabletView:
    """A tablet as staff and the tablet itself see it.

    in_use: somebody's form is on its screen, touched lately.
    """

    id: str
    name: str
    visit_id: str | None
    draft_id: str | None
    in_use: bool
    comfort: tuple[str, ...]
    help: bool
    unlocked: bool
    cleared_at: datetime | None
    paired_at: datetime


def pair(runtime: Runtime, name: str, old_cookie: str, by: str) -> str:
    """Pair the device that asks.

    Returns its cookie. Pairing it again gives it a new cookie and ends the old one; the forms that
    were put away on it still open there.

    Raises TabletNameTaken.
    """
    cookie = new_cookie()
    now = runtime.clock()
    with transaction(runtime.engine, write=True) as session:
        row = _by_cookie(session, old_cookie) or Tablet(id=uuid4().hex, comfort="", wrong_codes=0)
        if any(
            _name(runtime, other).casefold() == name.casefold()
            for other in _others(session, row.id)
        ):
            raise TabletNameTaken
        row.device_hash = cookie_hash(cookie)
        row.public_key = link_box.public_key(cookie, runtime.keys.pepper)
        _take_along(session, row, old_cookie, runtime.keys.pepper)
        row.name = encrypt_directory(runtime.keys, f"tablet:{row.id}", name.encode())
        row.paired_at = row.codes_from = now
        row.visit_id = row.draft_id = row.touched_at = row.help_at = row.unlocked_until = None
        session.add(row)
        audit.append(session, runtime.keys, "tablet.paired", by, row.id, now=now)
    return cookie


def _take_along(session: Session, row: Tablet, old_cookie: str, pepper: bytes) -> None:
    """Encrypt what is put away on this tablet to its new key.

    What its old one does not open is of no use to anybody.
    """
    for kept in session.scalars(select(ParkedForm).where(ParkedForm.tablet_id == row.id)).all():
        try:
            token = link_box.unwrap(old_cookie, pepper, kept.box, kept.draft_id)
        except link_box.LinkLocked:
            session.delete(kept)
        else:
            kept.box = link_box.wrap(row.public_key, token, kept.draft_id)


def unpair(runtime: Runtime, tablet_id: str, by: str) -> None:
    """The tablet's cookie is dead from now on.

    Forms that were begun on it stay for their 14 days. Any id is fine.
    """
    with transaction(runtime.engine, write=True) as session:
        row = session.get(Tablet, tablet_id)
        if row is not None:
            session.delete(row)
            audit.append(
                session, runtime.keys, "tablet.unpaired", by, tablet_id, now=runtime.clock()
            )


def list_tablets(runtime: Runtime) -> tuple[TabletView, ...]:
    """All paired tablets, by name."""
    with transaction(runtime.engine, write=False) as session:
        return list_views(session, runtime)


def list_views(session: Session, runtime: Runtime) -> tuple[TabletView, ...]:
    """All paired tablets, by name, in the caller's transaction."""
    views = [_view(runtime, row) for row in session.scalars(select(Tablet))]
    return tuple(sorted(views, key=lambda view: view.name.casefold()))


def from_cookie(runtime: Runtime, cookie: str) -> TabletView | None:
    """The tablet that this cookie belongs to; None when it is not paired."""
    with transaction(runtime.engine, write=False) as session:
        row = _by_cookie(session, cookie)
        return None if row is None else _view(runtime, row)


def send(runtime: Runtime, visit_id: str, tablet_id: str, by: str) -> None:
    """Let the tablet greet this client. Another tablet that waited for them waits no longer.

    Raises NoSuchTablet, visits.NoSuchVisit, or TabletInUse while somebody else's form is open on
    it.
    """
    with changed(runtime, tablet_id) as (session, row):
        visit = visits.get_locked(session, visit_id)
        if alive(row, runtime.clock()) and row.draft_id != visit.draft_id:
            raise TabletInUse
        for other in session.scalars(
            select(Tablet).where(Tablet.visit_id == visit_id, Tablet.draft_id.is_(None))
        ):
            other.visit_id = None
        row.visit_id = visit_id
        row.help_at = None
        audit.append(
            session, runtime.keys, "tablet.sent", by, tablet_id, now=runtime.clock(), visit=visit_id
        )


def call(runtime: Runtime, tablet_id: str) -> None:
    """“I need help”: the board shows it until somebody of the staff says that they came.

    Raises NoSuchTablet.
    """
    with changed(runtime, tablet_id) as (session, row):
        row.help_at = runtime.clock()
        audit.append(
            session, runtime.keys, "tablet.called", "client", tablet_id, now=runtime.clock()
        )


def answered(runtime: Runtime, tablet_id: str, by: str) -> None:
    """Somebody is there. Raises NoSuchTablet."""
    with changed(runtime, tablet_id) as (session, row):
        row.help_at = None
        audit.append(session, runtime.keys, "tablet.answered", by, tablet_id, now=runtime.clock())


def toggle(runtime: Runtime, tablet_id: str, choice: str) -> None:
    """Larger text, Spanish, full screen and so on: on, or off again, until this person is done.

    Raises NoSuchTablet.
    """
    with changed(runtime, tablet_id) as (_, row):
        row.comfort = " ".join(
            name for name in COMFORT if (name in row.comfort.split()) != (name == choice)
        )


@contextmanager
def changed(runtime: Runtime, tablet_id: str) -> Iterator[tuple[Session, Tablet]]:
    """A tablet to be changed, in one transaction. Raises NoSuchTablet."""
    with transaction(runtime.engine, write=True) as session:
        row = session.get(Tablet, tablet_id, with_for_update=True)
        if row is None:
            raise NoSuchTablet
        yield session, row


def alive(row: Tablet, now: datetime) -> bool:
    """Whether somebody's form is on its screen and was touched in the last 15 minutes."""
    return row.draft_id is not None and row.touched_at is not None and now - row.touched_at < IDLE


def _by_cookie(session: Session, cookie: str) -> Tablet | None:
    return session.scalar(select(Tablet).where(Tablet.device_hash == cookie_hash(cookie)))


def _others(session: Session, tablet_id: str) -> list[Tablet]:
    return list(session.scalars(select(Tablet).where(Tablet.id != tablet_id)))


def _name(runtime: Runtime, row: Tablet) -> str:
    try:
        return decrypt_directory(runtime.keys, f"tablet:{row.id}", row.name).decode()
    except DirectoryError:
        return "?"


def _view(runtime: Runtime, row: Tablet) -> TabletView:
    now = runtime.clock()
    return TabletView(
        id=row.id,
        name=_name(runtime, row),
        visit_id=row.visit_id,
        draft_id=row.draft_id,
        in_use=alive(row, now),
        comfort=tuple(row.comfort.split()),
        help=row.help_at is not None,
        unlocked=row.unlocked_until is not None and now < row.unlocked_until,
        cleared_at=row.cleared_at,
        paired_at=row.paired_at,
    )

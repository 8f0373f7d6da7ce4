"""Expected clients: who comes when, and the links to their forms.

How a link works. The form is encrypted under a key from the client's own token, and the desk must be able to copy
the link, show it as a QR code and send it again without ever holding that token. So a link carries a token of its
own: the server keeps a public key of it and nothing else (vault.tickets). The form does not exist before somebody
opens a link; then it gets a fresh token, which is sealed to all links that were made for the visit. Every message that
was sent opens the same form, and no copy of the database, with or without the app key, of any day, opens one. Keeping
the link's token sealed until it is first used was the simpler way; a backup from before that moment would have opened
the form for ever. The price: once the form is opened the desk cannot make one more link to it. It says "open the
message we sent you", or begins a new, empty form (`start_anew`).

Once the form is signed and its answers about today have grown old, new links open a short form (services.arrivals);
those that were sent before still open the client's own page.

Names, phone numbers and addresses are sealed under the app key; only the time is in clear.
"""

import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from intake_app import audit
from intake_app.house import House
from intake_app.models.engine import transaction
from intake_app.models.records import Record
from intake_app.models.visits import Ticket, Visit
from intake_app.services import arrivals, drafts
from intake_app.services.person import Person
from intake_app.services.state import State
from intake_app.vault import drafts as vault_drafts
from intake_app.vault import tickets
from intake_app.vault.keys import DirectoryError, open_directory, seal_directory

KEPT = timedelta(days=30)
LINKS_EACH = 40

Mark = Literal["", "arrived", "late", "no_show", "cancelled"]


class NoSuchVisit(Exception):
    """There is no visit of this id; it may have been taken off."""


class AlreadyOpened(Exception):
    """The client has opened the form: no further link to it can be made."""


UNREADABLE = Person("?")


def add(house: House, starts_at: datetime, person: Person, by: str) -> str:
    """Expect somebody. Returns the visit's id."""
    with transaction(house.engine, write=True) as session:
        return put(session, house, uuid4().hex, starts_at, person, None, by)


def put(
    session: Session, house: House, visit_id: str, starts_at: datetime, person: Person, key: bytes | None, by: str
) -> str:
    """Add a visit in the caller's transaction. key: hash of the calendar entry it comes from (`calendar_key`)."""
    now = house.clock()
    _sweep(session, house)  # nobody has to remember a nightly job
    session.add(
        Visit(
            id=visit_id,
            starts_at=starts_at,
            directory=sealed(house, visit_id, person),
            mark="",
            source_key=key,
            created_at=now,
        )
    )
    audit.append(session, house.keys, "visit.added", by, visit_id, now=now)
    return visit_id


def change(house: House, visit_id: str, starts_at: datetime, person: Person, by: str) -> None:
    """Put time or person right. Raises NoSuchVisit."""
    with transaction(house.engine, write=True) as session:
        visit = find(session, visit_id)
        visit.starts_at, visit.directory = starts_at, sealed(house, visit_id, person)
        audit.append(session, house.keys, "visit.changed", by, visit_id, now=house.clock())


def remove(house: House, visit_id: str, by: str) -> None:
    """Take a visit off the list, with its links. A form that was begun stays with the client. Raises NoSuchVisit."""
    with transaction(house.engine, write=True) as session:
        visit = find(session, visit_id)
        audit.append(session, house.keys, "visit.removed", by, visit_id, now=house.clock())
        session.delete(visit)


def mark(house: House, visit_id: str, how: Mark, by: str) -> None:
    """Arrived, late, did not come; "" takes the mark back. Raises NoSuchVisit."""
    with transaction(house.engine, write=True) as session:
        find(session, visit_id).mark = how
        audit.append(session, house.keys, "visit.marked", by, visit_id, now=house.clock(), mark=how or "none")


def get(house: House, visit_id: str) -> tuple[datetime, Person]:
    """Time and person. Raises NoSuchVisit."""
    with transaction(house.engine, write=False) as session:
        visit = find(session, visit_id)
        return visit.starts_at, person_of(house, visit.id, visit.directory)


def new_link(house: House, visit_id: str, by: str) -> str:
    """A token for a link to this visit's form, shown or sent once and kept nowhere.

    Raises NoSuchVisit, or AlreadyOpened.
    """
    token = vault_drafts.new_token()
    with transaction(house.engine, write=True) as session:
        visit = find(session, visit_id)
        if not _may_begin(session, house, visit):
            raise AlreadyOpened
        _forget_oldest_links(session, visit_id)
        session.add(
            Ticket(
                token_hash=vault_drafts.token_hash(token),
                visit_id=visit_id,
                public_key=tickets.public_key(token, house.keys.pepper),
                created_at=house.clock(),
            )
        )
        audit.append(session, house.keys, "visit.link_made", by, visit_id, now=house.clock())
    return token


def redeem(house: House, token: str) -> str | None:
    """The form's own token, for somebody who holds a link; begins the form at the first opening.

    None when the link is unknown or too old, or when what it was made for is done.
    """
    with transaction(house.engine, write=True) as session:
        ticket = session.get(Ticket, vault_drafts.token_hash(token))
        if ticket is None:
            return None
        visit = find(session, ticket.visit_id)
        if ticket.wrapped is not None and ticket.draft_id is not None:
            return tickets.unwrap(token, house.keys.pepper, ticket.wrapped, ticket.draft_id)
        return _begin(session, house, visit, "client") if _may_begin(session, house, visit) else None


def begin_here(house: House, visit_id: str, by: str) -> str:
    """Begin the form without a link, on a device of the practice. Returns the form's token.

    Links that were sent before open the same form. Raises NoSuchVisit, or AlreadyOpened.
    """
    with transaction(house.engine, write=True) as session:
        visit = find(session, visit_id)
        if not _may_begin(session, house, visit):
            raise AlreadyOpened
        return _begin(session, house, visit, by)


def begin_ready(session: Session, house: House, visit_id: str, state: State, by: str) -> tuple[str, str]:
    """Begin the form with something in it, in the caller's transaction. Returns its id and its token.

    Links that were sent before open it. Raises NoSuchVisit, or AlreadyOpened.
    """
    visit = find(session, visit_id)
    if visit.draft_id or visit.record_id:
        raise AlreadyOpened
    visit.draft_id, token = drafts.begin(session, house, state, by)
    _wrap(session, visit_id, token, visit.draft_id)
    return visit.draft_id, token


def form_of(house: House, visit_id: str) -> str:
    """The id of the form that was begun for this visit, "" when none was. Raises NoSuchVisit."""
    with transaction(house.engine, write=False) as session:
        return find(session, visit_id).draft_id or ""


def start_anew(house: House, visit_id: str, form_id: str, by: str) -> None:
    """Let this form go (it stays the client's for its 14 days) and allow new links to an empty one.

    Raises NoSuchVisit. A signed form is never let go, nor one that was begun after it.
    """
    with transaction(house.engine, write=True) as session:
        visit = find(session, visit_id)
        if visit.draft_id == form_id and (visit.record_id is None or arrivals.is_due(session, house, visit)):
            session.execute(delete(Ticket).where(Ticket.visit_id == visit_id, _opens(visit.draft_id)))
            visit.draft_id, visit.last_answers = None, ""
            audit.append(session, house.keys, "visit.started_anew", by, visit_id, now=house.clock())


def signed(session: Session, draft_id: str, record_id: str) -> None:
    """The form of a visit was signed: note which record it became, in the caller's transaction."""
    session.execute(update(Visit).where(Visit.draft_id == draft_id).values(record_id=record_id))


def typed(session: Session, visit_id: str, record_id: str) -> None:
    """The visit's paper form was keyed in and became this record, in the caller's transaction.

    The client's own form, if she began one, stays hers. A visit that has its record already keeps it.
    """
    unsigned = (Visit.id == visit_id) & Visit.record_id.is_(None)
    session.execute(update(Visit).where(unsigned).values(record_id=record_id))


def rekeyed(session: Session, draft_id: str, token: str) -> None:
    """The form has a new token: the links that were sent open it as before. In the caller's transaction."""
    visit_id = session.scalar(select(Visit.id).where(Visit.draft_id == draft_id))
    if visit_id is not None:
        _wrap(session, visit_id, token, draft_id)


def find(session: Session, visit_id: str) -> Visit:
    """The visit, held until the transaction ends. Raises NoSuchVisit."""
    visit = session.get(Visit, visit_id, with_for_update=True)
    if visit is None:
        raise NoSuchVisit
    return visit


def person_of(house: House, visit_id: str, directory: bytes) -> Person:
    """Who it is; a question mark when the row was changed: one bad row must not hide the others."""
    try:
        return Person(**json.loads(open_directory(house.keys, f"visit:{visit_id}", directory)))
    except DirectoryError:
        return UNREADABLE


def sealed(house: House, visit_id: str, person: Person) -> bytes:
    """A person as stored, bound to this visit."""
    return seal_directory(house.keys, f"visit:{visit_id}", json.dumps(asdict(person)).encode())


def calendar_key(house: House, entry: str) -> bytes:
    """What stands for a calendar entry in the database: a keyed hash, because its name may name a person."""
    return hmac.new(house.keys.pepper, f"calendar:{entry}".encode(), hashlib.sha256).digest()


def _may_begin(session: Session, house: House, visit: Visit) -> bool:
    """Whether a form waits to be begun: the whole one, or the short one once a signed form needs it."""
    if visit.record_id is None:
        return visit.draft_id is None
    return arrivals.is_due(session, house, visit) and not arrivals.is_begun(session, house, visit.draft_id)


def _begin(session: Session, house: House, visit: Visit, by: str) -> str:
    if visit.record_id is not None:
        visit.draft_id, token = arrivals.begin(session, house, session.get_one(Record, visit.record_id), by)
    else:
        person = person_of(house, visit.id, visit.directory)
        visit.draft_id, token = drafts.begin(session, house, State(birth_date=person.birth_date), by)
    _wrap(session, visit.id, token, visit.draft_id)
    return token


def _wrap(session: Session, visit_id: str, token: str, draft_id: str) -> None:
    """Seal the form's token to every link that was made for it."""
    for ticket in session.scalars(select(Ticket).where(Ticket.visit_id == visit_id, _opens(draft_id))):
        ticket.wrapped, ticket.draft_id = tickets.wrap(ticket.public_key, token, draft_id), draft_id


def _opens(draft_id: str | None) -> ColumnElement[bool]:
    """Links that open this form, or that nobody has opened yet."""
    return or_(Ticket.draft_id == draft_id, Ticket.draft_id.is_(None))


def _forget_oldest_links(session: Session, visit_id: str) -> None:
    made = select(Ticket).where(Ticket.visit_id == visit_id).order_by(Ticket.created_at.desc())
    for ticket in session.scalars(made).all()[LINKS_EACH - 1 :]:
        session.delete(ticket)


def _sweep(session: Session, house: House) -> None:
    """Forget visits 30 days after they took place."""
    session.execute(delete(Visit).where(Visit.starts_at < house.clock() - KEPT))

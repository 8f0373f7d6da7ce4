"""Expected clients: who comes when, and the links to their forms.

How a link works. The form is encrypted under a key from the client's own token, and the desk must
be able to copy the link, show it as a QR code and send it again without ever holding that token. So
a link carries a token of its own: the server keeps a public key of it and nothing else
(crypto.link_box). The form does not exist before somebody opens a link; then it gets a fresh token,
which is sealed to all links that were made for the visit. Every message that was sent opens the
same form, and no copy of the database, with or without the app key, of any day, opens one. Keeping
the link's token sealed until it is first used was the simpler way; a backup from before that moment
would have opened the form for ever. The price: once the form is opened the desk cannot make one
more link to it. It says "open the message we sent you", or begins a new, empty form (`start_anew`).

Once the form is signed and its answers about today have grown old, new links open a short form
(intake.day_of_visit); those that were sent before still open the client's own page.

Names, phone numbers and addresses are encrypted under the app key; only the time is in clear.
"""

import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto.server_keys import DirectoryError, decrypt_directory, encrypt_directory
from intake_app.models.engine import transaction
from intake_app.models.visits import Visit
from intake_app.visits.person import ExpectedClient

KEPT = timedelta(days=30)

Mark = Literal["", "arrived", "late", "no_show", "cancelled"]


class NoSuchVisit(Exception):
    """There is no visit of this id; it may have been taken off."""


UNREADABLE = ExpectedClient("?")


def add(runtime: Runtime, starts_at: datetime, person: ExpectedClient, by: str) -> str:
    """Expect somebody. Returns the visit's id."""
    with transaction(runtime.engine, write=True) as session:
        return add_in(session, runtime, uuid4().hex, starts_at, person, None, by)


def add_in(
    session: Session,
    runtime: Runtime,
    visit_id: str,
    starts_at: datetime,
    person: ExpectedClient,
    key: bytes | None,
    by: str,
) -> str:
    """Add a visit in the caller's transaction.

    key: hash of the calendar entry it comes from (`calendar_key`).
    """
    now = runtime.clock()
    _sweep(session, runtime)  # nobody has to remember a nightly job
    session.add(
        Visit(
            id=visit_id,
            starts_at=starts_at,
            directory=encrypt_directory_entry(runtime, visit_id, person),
            mark="",
            source_key=key,
            created_at=now,
        )
    )
    audit.append(session, runtime.keys, "visit.added", by, visit_id, now=now)
    return visit_id


def change(
    runtime: Runtime, visit_id: str, starts_at: datetime, person: ExpectedClient, by: str
) -> None:
    """Put time or person right. Raises NoSuchVisit."""
    with transaction(runtime.engine, write=True) as session:
        visit = get_locked(session, visit_id)
        visit.starts_at = starts_at
        visit.directory = encrypt_directory_entry(runtime, visit_id, person)
        audit.append(session, runtime.keys, "visit.changed", by, visit_id, now=runtime.clock())


def remove(runtime: Runtime, visit_id: str, by: str) -> None:
    """Take a visit off the list, with its links.

    A form that was begun stays with the client. Raises NoSuchVisit.
    """
    with transaction(runtime.engine, write=True) as session:
        visit = get_locked(session, visit_id)
        audit.append(session, runtime.keys, "visit.removed", by, visit_id, now=runtime.clock())
        session.delete(visit)


def mark(runtime: Runtime, visit_id: str, how: Mark, by: str) -> None:
    """Arrived, late, did not come; "" takes the mark back. Raises NoSuchVisit."""
    with transaction(runtime.engine, write=True) as session:
        get_locked(session, visit_id).mark = how
        audit.append(
            session,
            runtime.keys,
            "visit.marked",
            by,
            visit_id,
            now=runtime.clock(),
            mark=how or "none",
        )


def get(runtime: Runtime, visit_id: str) -> tuple[datetime, ExpectedClient]:
    """Time and person. Raises NoSuchVisit."""
    with transaction(runtime.engine, write=False) as session:
        visit = get_locked(session, visit_id)
        return visit.starts_at, person_of(runtime, visit.id, visit.directory)


def link_record(session: Session, draft_id: str, record_id: str) -> None:
    """The form of a visit was signed: note which record it became, in the caller's transaction."""
    session.execute(update(Visit).where(Visit.draft_id == draft_id).values(record_id=record_id))


def link_transcription(session: Session, visit_id: str, record_id: str) -> None:
    """The visit's paper form was keyed in and became this record, in the caller's transaction.

    The client's own form, if they began one, stays theirs. A visit that has its record already
    keeps it.
    """
    unsigned = (Visit.id == visit_id) & Visit.record_id.is_(None)
    session.execute(update(Visit).where(unsigned).values(record_id=record_id))


def get_locked(session: Session, visit_id: str) -> Visit:
    """The visit, held until the transaction ends. Raises NoSuchVisit."""
    visit = session.get(Visit, visit_id, with_for_update=True)
    if visit is None:
        raise NoSuchVisit
    return visit


def person_of(runtime: Runtime, visit_id: str, directory: bytes) -> ExpectedClient:
    """Who it is; a question mark when the row was changed: one bad row must not hide the others."""
    try:
        return ExpectedClient(
            **json.loads(decrypt_directory(runtime.keys, f"visit:{visit_id}", directory))
        )
    except DirectoryError:
        return UNREADABLE


def encrypt_directory_entry(runtime: Runtime, visit_id: str, person: ExpectedClient) -> bytes:
    """A person as stored, bound to this visit."""
    return encrypt_directory(runtime.keys, f"visit:{visit_id}", json.dumps(asdict(person)).encode())


def calendar_key(runtime: Runtime, entry: str) -> bytes:
    """What stands for a calendar entry in the database.

    It is a keyed hash, because the entry's name may name a person.
    """
    return hmac.new(runtime.keys.pepper, f"calendar:{entry}".encode(), hashlib.sha256).digest()


def _sweep(session: Session, runtime: Runtime) -> None:
    """Forget visits 30 days after they took place."""
    session.execute(delete(Visit).where(Visit.starts_at < runtime.clock() - KEPT))

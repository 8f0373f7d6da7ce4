"""Signing in and out, and the sessions between the two.

A session is a 256-bit cookie; the database keeps its hash, and the therapist's keys sealed under the cookie
itself. So a stolen database holds no usable session and no key (security notes: ASVS 5.0 7.2 to 7.4).
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intake_app import audit
from intake_app.house import House
from intake_app.models.engine import transaction
from intake_app.models.staff import Practitioner, StaffSession
from intake_app.services import attempts
from intake_app.vault import passphrase as vault_passphrase
from intake_app.vault import staff_session as vault_session

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=10)
SESSIONS_EACH = 5
TOUCH_EVERY = timedelta(seconds=30)


class WrongSignIn(Exception):
    """The sign-in name or the passphrase is wrong; never says which."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who works here, for the length of one request. Keys and cookie never show in a repr."""

    practitioner_id: str
    name: str
    role: str
    identities: tuple[str, ...] = field(repr=False)
    cookie: str = field(repr=False)
    until: datetime


def sign_in(house: House, sign_in_name: str, passphrase: str, address: str) -> str:
    """Open a session and return its cookie.

    Takes the same time for an unknown name as for a wrong passphrase.
    Raises WrongSignIn, or attempts.TooManyTries while a pause lasts.
    """
    name = plain_name(sign_in_name)
    attempts.spend(house, "sign-in", address)
    attempts.spend(house, "account", name)
    person = _find(house, name)
    bundle = _unlock(house, person, passphrase)
    if person is None or bundle is None:
        _note_failure(house, person)
        raise WrongSignIn
    attempts.forgive(house, "sign-in", address)
    attempts.forgive(house, "account", name)
    return _open_session(house, person, bundle)


def session_from(house: House, cookie: str, by_itself: bool = False) -> SignedIn | None:
    """Who this cookie belongs to; None when it is unknown, idle for 15 minutes or 10 hours old.

    by_itself: the page asked, not the person. That keeps nobody's records open; only the front desk, which holds
    no key, stays signed in while its board is on the screen.
    """
    if not cookie:
        return None
    key, now = vault_session.cookie_hash(cookie), house.clock()
    with transaction(house.engine, write=False) as session:
        row = session.get(StaffSession, key)
        person = session.get(Practitioner, row.practitioner_id) if row else None
        if row is None or person is None or person.disabled_at is not None or _is_over(row, now):
            return None
        stale = now - row.seen_at >= TOUCH_EVERY
        found = _signed_in(house, person, row, cookie, now)
    if stale and (not by_itself or found.role == "desk"):
        _touch(house, key, now)
    return found


def sign_out(house: House, cookie: str) -> None:
    """End the session of this cookie. An unknown cookie is no error: the person wanted to be out, and is."""
    with transaction(house.engine, write=True) as session:
        row = session.get(StaffSession, vault_session.cookie_hash(cookie)) if cookie else None
        if row is None:
            return
        who, now = row.practitioner_id, house.clock()
        audit.append(session, house.keys, "staff.signed_out", who, who, now=now)
        session.delete(row)


def plain_name(sign_in_name: str) -> str:
    """A sign-in name as it is stored and compared: without outer spaces, small letters."""
    return sign_in_name.strip().casefold()


def _find(house: House, name: str) -> Practitioner | None:
    with transaction(house.engine, write=False) as session:
        person = session.scalar(select(Practitioner).where(Practitioner.sign_in_name == name))
        if person is None or person.disabled_at is not None:
            return None
        session.expunge(person)
        return person


def _unlock(house: House, person: Practitioner | None, passphrase: str) -> bytes | None:
    """The person's keys, None when the passphrase is wrong. Somebody unknown costs one Argon2id run too."""
    if person is None:
        vault_passphrase.wrap(b"", passphrase, house.keys.pepper, **kdf(house))
        return None
    try:
        return vault_passphrase.unwrap(person.wrapped, passphrase, house.keys.pepper)
    except vault_passphrase.WrongPassphrase:
        return None


def kdf(house: House) -> dict[str, int]:
    """What a passphrase costs here, as keyword arguments of vault.passphrase.wrap."""
    return {"memory_kib": house.settings.kdf_memory_kib, "time": house.settings.kdf_time}


def _note_failure(house: House, person: Practitioner | None) -> None:
    """Write the failure down, without the name that was typed: it may be a passphrase in the wrong field."""
    subject = person.id if person else "unknown"
    with transaction(house.engine, write=True) as session:
        audit.append(session, house.keys, "staff.sign_in_failed", "nobody", subject, now=house.clock())


def _open_session(house: House, person: Practitioner, bundle: bytes) -> str:
    cookie, now = vault_session.new_cookie(), house.clock()
    with transaction(house.engine, write=True) as session:
        _clear_old_sessions(session, person.id, now)
        session.add(
            StaffSession(
                cookie_hash=vault_session.cookie_hash(cookie),
                practitioner_id=person.id,
                bundle=vault_session.seal_bundle(cookie, house.keys.pepper, bundle),
                created_at=now,
                seen_at=now,
            )
        )
        audit.append(session, house.keys, "staff.signed_in", person.id, person.id, now=now)
    return cookie


def _clear_old_sessions(session: Session, practitioner_id: str, now: datetime) -> None:
    """Delete what has run out for anybody, and this person's oldest beyond the number allowed."""
    over = (StaffSession.seen_at <= now - IDLE) | (StaffSession.created_at <= now - LONGEST)
    session.execute(delete(StaffSession).where(over))
    mine = select(StaffSession).where(StaffSession.practitioner_id == practitioner_id)
    for row in session.scalars(mine.order_by(StaffSession.seen_at.desc())).all()[SESSIONS_EACH - 1 :]:
        session.delete(row)


def _is_over(row: StaffSession, now: datetime) -> bool:
    return now - row.seen_at >= IDLE or now - row.created_at >= LONGEST


def _signed_in(house: House, person: Practitioner, row: StaffSession, cookie: str, now: datetime) -> SignedIn:
    bundle = vault_session.open_bundle(cookie, house.keys.pepper, row.bundle) if row.bundle else b"[]"
    until = min(now + IDLE, row.created_at + LONGEST)
    return SignedIn(person.id, person.name, person.role, tuple(json.loads(bundle)), cookie, until)


def _touch(house: House, key: bytes, now: datetime) -> None:
    with transaction(house.engine, write=True) as session:
        row = session.get(StaffSession, key)
        if row is not None and row.seen_at < now:
            row.seen_at = now

"""Signing in and out, and the sessions between the two.

A session is a 256-bit cookie; the database keeps its hash, and the person's own key sealed under the cookie itself.
So a stolen database holds no usable session and no key (OWASP ASVS 5.0 7.2 to 7.4). The passphrase
alone opens only a waiting session; it becomes an open one, under a new cookie, with the second factor.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intake_app import audit
from intake_app.house import House
from intake_app.models.engine import transaction
from intake_app.models.staff import Practitioner, SecondFactor, StaffSession
from intake_app.services import attempts, keychain
from intake_app.vault import passphrase as vault_passphrase
from intake_app.vault import staff_session as vault_session
from intake_app.vault.keys import seal_directory

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=10)
WAITING = timedelta(minutes=10)
CONFIRMED = timedelta(minutes=5)
SESSIONS_EACH = 5
TOUCH_EVERY = timedelta(seconds=30)


class WrongSignIn(Exception):
    """The sign-in name or the passphrase is wrong; never says which."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who works here, for the length of one request. Keys and cookie never show in a repr.

    confirmed: whether she typed her passphrase in the last five minutes, as key actions ask for.
    """

    practitioner_id: str
    name: str
    role: str
    identities: tuple[str, ...] = field(repr=False)
    cookie: str = field(repr=False)
    until: datetime
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose passphrase was right. stage: "factor", or "enrol" while she has no second factor."""

    practitioner_id: str
    name: str
    stage: str
    cookie: str = field(repr=False)


def sign_in(house: House, sign_in_name: str, passphrase: str, address: str, device: str = "") -> str:
    """Check the passphrase, open a waiting session and return its cookie.

    Takes the same time for an unknown name as for a wrong passphrase. device: the browser, in words for her own list.
    Raises WrongSignIn, or attempts.TooManyTries while a pause lasts.
    """
    name = plain_name(sign_in_name)
    attempts.spend(house, "sign-in", address)
    attempts.spend(house, "account", name)
    person = _find(house, name)
    own_secret = unlock(house, person, passphrase)
    if person is None or own_secret is None:
        _note_failure(house, person)
        raise WrongSignIn
    attempts.forgive(house, "sign-in", address)
    attempts.forgive(house, "account", name)
    _strengthen(house, person, own_secret, passphrase)
    return _wait_for_factor(house, person, own_secret, device)


def waiting(house: House, cookie: str) -> Waiting | None:
    """Who this cookie waits for to show a second factor; None when nobody, or for longer than ten minutes."""
    key, now = vault_session.cookie_hash(cookie), house.clock()
    with transaction(house.engine, write=False) as session:
        row = session.get(StaffSession, key)
        if row is None or row.stage == "open" or now - row.created_at >= WAITING:
            return None
        person = session.get_one(Practitioner, row.practitioner_id)
        return None if person.disabled_at else Waiting(person.id, person.name, row.stage, cookie)


def renew(session: Session, house: House, cookie: str, action: str) -> str:
    """Replace this session by an open one under a new cookie, in the caller's transaction. Returns the cookie.

    The new cookie makes worthless whatever copy there is of the old one (OWASP ASVS 5.0 7.2.4).
    """
    old, new = session.get_one(StaffSession, vault_session.cookie_hash(cookie)), vault_session.new_cookie()
    secret, now = vault_session.open_bundle(cookie, house.keys.pepper, old.bundle), house.clock()
    who, device = old.practitioner_id, old.device
    session.delete(old)
    session.flush()
    _clear_old_sessions(session, who, now)
    session.add(_row(house, new, who, "open", secret, device))
    audit.append(session, house.keys, action, who, who, now=now)
    return new


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
        if row is None or row.stage != "open" or person is None or person.disabled_at is not None or _is_over(row, now):
            return None
        works = not by_itself or person.role == "desk"
        stale = now - row.seen_at >= TOUCH_EVERY
        found = _signed_in(session, house, person, row, cookie, now if works else row.seen_at)
    if stale and works:
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


def end_sessions(session: Session, practitioner_id: str, but: str = "") -> None:
    """End every session of a person, except the one of the cookie `but`."""
    keep = vault_session.cookie_hash(but)
    session.execute(
        delete(StaffSession).where(StaffSession.practitioner_id == practitioner_id, StaffSession.cookie_hash != keep)
    )


def note_confirmed(session: Session, house: House, me: SignedIn) -> None:
    """She typed her passphrase again just now."""
    session.get_one(StaffSession, vault_session.cookie_hash(me.cookie)).confirmed_at = house.clock()
    audit.append(session, house.keys, "staff.confirmed", me.practitioner_id, me.practitioner_id, now=house.clock())


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


def unlock(house: House, person: Practitioner | None, passphrase: str) -> bytes | None:
    """The person's own key, None when the passphrase is wrong. Somebody unknown costs one Argon2id run too."""
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


def _strengthen(house: House, person: Practitioner, own_secret: bytes, passphrase: str) -> None:
    """Wrap her key anew when a passphrase costs more or less by now than when she chose hers (ASVS 5.0 11.4.2)."""
    if vault_passphrase.costs(person.wrapped) == kdf(house):
        return
    wrapped = vault_passphrase.wrap(own_secret, passphrase, house.keys.pepper, **kdf(house))
    with transaction(house.engine, write=True) as session:
        session.get_one(Practitioner, person.id).wrapped = wrapped
        audit.append(session, house.keys, "passphrase.strengthened", person.id, person.id, now=house.clock())


def _wait_for_factor(house: House, person: Practitioner, own_secret: bytes, device: str) -> str:
    cookie, now = vault_session.new_cookie(), house.clock()
    words = seal_directory(house.keys, f"device:{person.id}", device.encode())
    with transaction(house.engine, write=True) as session:
        _clear_old_sessions(session, person.id, now)
        has_factor = session.scalar(select(SecondFactor.id).where(SecondFactor.practitioner_id == person.id).limit(1))
        stage = "factor" if has_factor else "enrol"
        session.add(_row(house, cookie, person.id, stage, own_secret, words))
        audit.append(session, house.keys, "staff.passphrase_given", person.id, person.id, now=now)
    return cookie


def _row(house: House, cookie: str, practitioner_id: str, stage: str, own_secret: bytes, device: bytes) -> StaffSession:
    now = house.clock()
    return StaffSession(
        cookie_hash=vault_session.cookie_hash(cookie),
        practitioner_id=practitioner_id,
        stage=stage,
        bundle=vault_session.seal_bundle(cookie, house.keys.pepper, own_secret),
        device=device,
        created_at=now,
        seen_at=now,
        confirmed_at=now,
    )


def _clear_old_sessions(session: Session, practitioner_id: str, now: datetime) -> None:
    """Delete what has run out for anybody, and this person's oldest beyond the number allowed."""
    over = (StaffSession.seen_at <= now - IDLE) | (StaffSession.created_at <= now - LONGEST)
    session.execute(delete(StaffSession).where(over))
    mine = select(StaffSession).where(StaffSession.practitioner_id == practitioner_id)
    for row in session.scalars(mine.order_by(StaffSession.seen_at.desc())).all()[SESSIONS_EACH - 1 :]:
        session.delete(row)


def _is_over(row: StaffSession, now: datetime) -> bool:
    return now - row.seen_at >= IDLE or now - row.created_at >= LONGEST


def _signed_in(
    session: Session, house: House, person: Practitioner, row: StaffSession, cookie: str, last_work: datetime
) -> SignedIn:
    own_secret = vault_session.open_bundle(cookie, house.keys.pepper, row.bundle).decode()
    keys = keychain.held(session, person.id, own_secret) if own_secret else ()
    until, confirmed = min(last_work + IDLE, row.created_at + LONGEST), house.clock() - row.confirmed_at < CONFIRMED
    return SignedIn(person.id, person.name, person.role, keys, cookie, until, confirmed)


def _touch(house: House, key: bytes, now: datetime) -> None:
    with transaction(house.engine, write=True) as session:
        row = session.get(StaffSession, key)
        if row is not None and row.seen_at < now:
            row.seen_at = now

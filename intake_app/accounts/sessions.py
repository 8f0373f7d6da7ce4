"""Signing in and out, and the sessions between the two.

A session is a 256-bit cookie; the database keeps its hash, and the person's own key sealed under
the cookie itself. So a stolen database holds no usable session and no key (OWASP ASVS 5.0 7.2 to
7.4). The passphrase alone opens only a waiting session; it becomes an open one, under a new cookie,
with the second factor.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from intake_app.core import audit, throttle
from intake_app.core.runtime import Runtime
from intake_app.crypto import session_box
from intake_app.crypto.passphrase import WrongPassphrase, read_costs, unwrap, wrap
from intake_app.crypto.server_keys import encrypt_directory
from intake_app.keys import grants
from intake_app.models.engine import transaction
from intake_app.models.staff import Practitioner, SecondFactor, StaffSession

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=10)
WAITING = timedelta(minutes=10)
CONFIRMED = timedelta(minutes=5)
SESSIONS_EACH = 5
TOUCH_EVERY = timedelta(seconds=30)


class WrongSignIn(Exception):
    """The sign-in name or the passphrase is wrong; never says which."""


@dataclass(frozen=True, slots=True)
class StaffIdentity:
    """Somebody who works here, for the length of one request. Keys and cookie never show in a repr.

    confirmed: whether they typed their passphrase in the last five minutes, as key actions ask for.
    """

    practitioner_id: str
    name: str
    role: str
    identities: tuple[str, ...] = field(repr=False)
    cookie: str = field(repr=False)
    until: datetime
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """Somebody whose passphrase was right.

    stage: "factor", or "enrol" while they have no second factor.
    """

    practitioner_id: str
    name: str
    stage: str
    cookie: str = field(repr=False)


def sign_in(
    runtime: Runtime, sign_in_name: str, passphrase: str, address: str, device: str = ""
) -> str:
    """Check the passphrase, open a waiting session and return its cookie.

    Takes the same time for an unknown name as for a wrong passphrase. device: the browser, in words
    for their own list. Raises WrongSignIn, or throttle.TooManyTries while a pause lasts.
    """
    name = normalise_name(sign_in_name)
    throttle.consume(runtime, "sign-in", address)
    throttle.consume(runtime, "account", name)
    person = _find(runtime, name)
    own_secret = unwrap_key(runtime, person, passphrase)
    if person is None or own_secret is None:
        _note_failure(runtime, person)
        raise WrongSignIn
    throttle.reset(runtime, "sign-in", address)
    throttle.reset(runtime, "account", name)
    _strengthen(runtime, person, own_secret, passphrase)
    return _wait_for_factor(runtime, person, own_secret, device)


def pending_sign_in(runtime: Runtime, cookie: str) -> PendingSignIn | None:
    """Who must still show a second factor with this cookie; None: nobody, or after ten minutes."""
    key = session_box.cookie_hash(cookie)
    now = runtime.clock()
    with transaction(runtime.engine, write=False) as session:
        row = session.get(StaffSession, key)
        if row is None or row.stage == "open" or now - row.created_at >= WAITING:
            return None
        person = session.get_one(Practitioner, row.practitioner_id)
        return (
            None if person.disabled_at else PendingSignIn(person.id, person.name, row.stage, cookie)
        )


def rotate_session(session: Session, runtime: Runtime, cookie: str, action: str) -> str:
    """Replace this session by an open one under a new cookie, in the caller's transaction.

    Returns the cookie. The new cookie makes worthless whatever copy there is of the old one (OWASP
    ASVS 5.0 7.2.4).
    """
    old = session.get_one(StaffSession, session_box.cookie_hash(cookie))
    new = session_box.new_cookie()
    secret = session_box.decrypt_bundle(cookie, runtime.keys.pepper, old.bundle)
    now = runtime.clock()
    who = old.practitioner_id
    device = old.device
    session.delete(old)
    session.flush()
    _clear_old_sessions(session, who, now)
    session.add(_row(runtime, new, who, "open", secret, device))
    audit.append(session, runtime.keys, action, who, who, now=now)
    return new


def session_from(runtime: Runtime, cookie: str, by_itself: bool = False) -> StaffIdentity | None:
    """Who this cookie belongs to; None when it is unknown, idle for 15 minutes or 10 hours old.

    by_itself: the page asked, not the person. That keeps nobody's records open; only the front
    desk, which holds no key, stays signed in while its board is on the screen.
    """
    if not cookie:
        return None
    key = session_box.cookie_hash(cookie)
    now = runtime.clock()
    with transaction(runtime.engine, write=False) as session:
        row = session.get(StaffSession, key)
        person = session.get(Practitioner, row.practitioner_id) if row else None
        if (
            row is None
            or row.stage != "open"
            or person is None
            or person.disabled_at is not None
            or _is_over(row, now)
        ):
            return None
        works = not by_itself or person.role == "desk"
        stale = now - row.seen_at >= TOUCH_EVERY
        found = _signed_in(session, runtime, person, row, cookie, now if works else row.seen_at)
    if stale and works:
        _touch(runtime, key, now)
    return found


def sign_out(runtime: Runtime, cookie: str) -> None:
    """End the session of this cookie.

    An unknown cookie is no error: the person wanted to be out, and is.
    """
    with transaction(runtime.engine, write=True) as session:
        row = session.get(StaffSession, session_box.cookie_hash(cookie)) if cookie else None
        if row is None:
            return
        who = row.practitioner_id
        now = runtime.clock()
        audit.append(session, runtime.keys, "staff.signed_out", who, who, now=now)
        session.delete(row)


def end_sessions(session: Session, practitioner_id: str, but: str = "") -> None:
    """End every session of a person, except the one of the cookie `but`."""
    keep = session_box.cookie_hash(but)
    session.execute(
        delete(StaffSession).where(
            StaffSession.practitioner_id == practitioner_id, StaffSession.cookie_hash != keep
        )
    )


def sweep(runtime: Runtime) -> None:
    """Delete every session that has run out: with its cookie a row opens a person's key."""
    over = _over(runtime.clock())
    with transaction(runtime.engine, write=False) as session:
        found = session.scalar(select(StaffSession.cookie_hash).where(over).limit(1))
    if found is not None:  # mostly there is none, and who only looks keeps no writer waiting
        with transaction(runtime.engine, write=True) as session:
            session.execute(delete(StaffSession).where(over))


def record_reauthentication(session: Session, runtime: Runtime, me: StaffIdentity) -> None:
    """They typed their passphrase again just now."""
    session.get_one(StaffSession, session_box.cookie_hash(me.cookie)).confirmed_at = runtime.clock()
    audit.append(
        session,
        runtime.keys,
        "staff.confirmed",
        me.practitioner_id,
        me.practitioner_id,
        now=runtime.clock(),
    )


def normalise_name(sign_in_name: str) -> str:
    """A sign-in name as it is stored and compared: without outer spaces, small letters."""
    return sign_in_name.strip().casefold()


def _find(runtime: Runtime, name: str) -> Practitioner | None:
    with transaction(runtime.engine, write=False) as session:
        person = session.scalar(select(Practitioner).where(Practitioner.sign_in_name == name))
        if person is None or person.disabled_at is not None:
            return None
        session.expunge(person)
        return person


def unwrap_key(runtime: Runtime, person: Practitioner | None, passphrase: str) -> bytes | None:
    """The person's own key, None when the passphrase is wrong.

    Somebody unknown costs one Argon2id run too.
    """
    if person is None:
        wrap(b"", passphrase, runtime.keys.pepper, **kdf_cost(runtime))
        return None
    try:
        return unwrap(person.wrapped, passphrase, runtime.keys.pepper)
    except WrongPassphrase:
        return None


def kdf_cost(runtime: Runtime) -> dict[str, int]:
    """What a passphrase costs here, as keyword arguments of crypto.passphrase.wrap."""
    return {"memory_kib": runtime.settings.kdf_memory_kib, "time": runtime.settings.kdf_time}


def _note_failure(runtime: Runtime, person: Practitioner | None) -> None:
    """Log the failure without the typed name: it may be a passphrase in the wrong field."""
    subject = person.id if person else "unknown"
    with transaction(runtime.engine, write=True) as session:
        audit.append(
            session, runtime.keys, "staff.sign_in_failed", "nobody", subject, now=runtime.clock()
        )


def _strengthen(runtime: Runtime, person: Practitioner, own_secret: bytes, passphrase: str) -> None:
    """Wrap the key anew when a passphrase costs another amount by now (ASVS 5.0 11.4.2)."""
    if read_costs(person.wrapped) == kdf_cost(runtime):
        return
    wrapped = wrap(own_secret, passphrase, runtime.keys.pepper, **kdf_cost(runtime))
    with transaction(runtime.engine, write=True) as session:
        session.get_one(Practitioner, person.id).wrapped = wrapped
        audit.append(
            session,
            runtime.keys,
            "passphrase.strengthened",
            person.id,
            person.id,
            now=runtime.clock(),
        )


def _wait_for_factor(runtime: Runtime, person: Practitioner, own_secret: bytes, device: str) -> str:
    cookie = session_box.new_cookie()
    now = runtime.clock()
    words = encrypt_directory(runtime.keys, f"device:{person.id}", device.encode())
    with transaction(runtime.engine, write=True) as session:
        _clear_old_sessions(session, person.id, now)
        has_factor = session.scalar(
            select(SecondFactor.id).where(SecondFactor.practitioner_id == person.id).limit(1)
        )
        stage = "factor" if has_factor else "enrol"
        session.add(_row(runtime, cookie, person.id, stage, own_secret, words))
        audit.append(session, runtime.keys, "staff.passphrase_given", person.id, person.id, now=now)
    return cookie


def _row(
    runtime: Runtime,
    cookie: str,
    practitioner_id: str,
    stage: str,
    own_secret: bytes,
    device: bytes,
) -> StaffSession:
    now = runtime.clock()
    return StaffSession(
        cookie_hash=session_box.cookie_hash(cookie),
        practitioner_id=practitioner_id,
        stage=stage,
        bundle=session_box.encrypt_bundle(cookie, runtime.keys.pepper, own_secret),
        device=device,
        created_at=now,
        seen_at=now,
        confirmed_at=now,
    )


def _clear_old_sessions(session: Session, practitioner_id: str, now: datetime) -> None:
    """Delete what has run out for anybody, and this person's oldest beyond the number allowed."""
    session.execute(delete(StaffSession).where(_over(now)))
    mine = select(StaffSession).where(StaffSession.practitioner_id == practitioner_id)
    for row in session.scalars(mine.order_by(StaffSession.seen_at.desc())).all()[
        SESSIONS_EACH - 1 :
    ]:
        session.delete(row)


def _over(now: datetime) -> ColumnElement[bool]:
    """The rows that open nothing any more: idle, too old, or left before the second factor."""
    left = (StaffSession.stage != "open") & (StaffSession.created_at <= now - WAITING)
    return (StaffSession.seen_at <= now - IDLE) | (StaffSession.created_at <= now - LONGEST) | left


def _is_over(row: StaffSession, now: datetime) -> bool:
    return now - row.seen_at >= IDLE or now - row.created_at >= LONGEST


def _signed_in(
    session: Session,
    runtime: Runtime,
    person: Practitioner,
    row: StaffSession,
    cookie: str,
    last_work: datetime,
) -> StaffIdentity:
    own_secret = session_box.decrypt_bundle(cookie, runtime.keys.pepper, row.bundle).decode()
    keys = grants.granted_keys(session, person.id, own_secret) if own_secret else ()
    until = min(last_work + IDLE, row.created_at + LONGEST)
    confirmed = runtime.clock() - row.confirmed_at < CONFIRMED
    return StaffIdentity(person.id, person.name, person.role, keys, cookie, until, confirmed)


def _touch(runtime: Runtime, key: bytes, now: datetime) -> None:
    with transaction(runtime.engine, write=True) as session:
        row = session.get(StaffSession, key)
        if row is not None and row.seen_at < now:
            row.seen_at = now

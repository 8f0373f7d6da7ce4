"""The second factor: codes from an authenticator app (TOTP), and recovery codes on paper.

TOTP: RFC 6238 with its defaults (SHA-1, 6 digits, 30 seconds), which every app knows. One step of clock error is
allowed to either side, and a code counts once (section 5.2; OWASP ASVS 5.0 6.5.1, 6.5.5).
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from intake_app.accounts import sessions
from intake_app.accounts.sessions import Waiting
from intake_app.core import audit, throttle
from intake_app.core.runtime import House
from intake_app.crypto.server_keys import DirectoryError, open_directory, seal_directory
from intake_app.models.engine import transaction
from intake_app.models.staff import RecoveryCode, SecondFactor

Act = Callable[[Session], None]
STEP_SECONDS = 30
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # no letter or number that looks like another
GROUPS, GROUP = 4, 4  # 16 signs of 31 are 79 bits: a plain hash suffices


class NotProven(Exception):
    """The second factor was not shown."""


class WrongCode(NotProven):
    """This code is wrong, too old, or was used before."""


@dataclass(frozen=True, slots=True)
class Factor:
    """kind: "totp" for an authenticator app, or "passkey"."""

    id: str
    kind: str
    since: datetime


def new_seed() -> str:
    """A new secret for an authenticator app: 160 bits in base 32."""
    return pyotp.random_base32(32)


def pack_seed(house: House, practitioner_id: str, seed: str) -> str:
    """A seed that is not proven yet, sealed for a hidden form field of this person's page."""
    return seal_directory(house.keys, f"new-totp:{practitioner_id}", seed.encode()).hex()


def unpack_seed(house: House, practitioner_id: str, packed: str) -> str | None:
    """The seed out of the hidden field; None when it is not ours."""
    try:
        return open_directory(house.keys, f"new-totp:{practitioner_id}", bytes.fromhex(packed)).decode()
    except (DirectoryError, ValueError):
        return None


def address(name: str, practice: str, seed: str) -> str:
    """What the picture for the authenticator app says (otpauth://)."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=practice)


def add_totp(session: Session, house: House, practitioner_id: str, seed: str, code: str) -> None:
    """Keep an authenticator app as second factor, once it shows the right code. Raises WrongCode."""
    step = _step_of(house, seed, code, after=0)
    factor_id, now = uuid4().hex, house.clock()
    secret = seal_directory(house.keys, f"factor:{factor_id}", seed.encode())
    session.add(
        SecondFactor(
            id=factor_id, practitioner_id=practitioner_id, kind="totp", secret=secret, counter=step, created_at=now
        )
    )
    audit.append(session, house.keys, "factor.added", practitioner_id, practitioner_id, now=now, kind="totp")


def enrol(house: House, waiting: Waiting, seed: str, code: str) -> tuple[str, tuple[str, ...]]:
    """An authenticator app as the first second factor; see `first`. Raises WrongCode."""
    return first(house, waiting, lambda session: add_totp(session, house, waiting.practitioner_id, seed, code))


def first(house: House, waiting: Waiting, add: Act) -> tuple[str, tuple[str, ...]]:
    """The first second factor: returns the cookie of the open session, and ten recovery codes to print.

    Raises what `add` raises, or attempts.TooManyTries.
    """
    codes: tuple[str, ...] = ()

    def add_with_codes(session: Session) -> None:
        nonlocal codes
        add(session)
        codes = new_recovery_codes(session, house, waiting.practitioner_id)

    return open_with(house, waiting, add_with_codes), codes


def pass_code(house: House, waiting: Waiting, typed: str) -> str:
    """A code from her app, or a recovery code: returns the cookie of the open session.

    Raises WrongCode, or attempts.TooManyTries.
    """
    return open_with(house, waiting, lambda session: _spend_code(session, house, waiting.practitioner_id, typed))


def open_with(house: House, waiting: Waiting, prove: Act) -> str:
    """Open the waiting session if `prove` does not object, all in one transaction; returns its new cookie.

    Raises what `prove` raises, once it is written down, or attempts.TooManyTries.
    """
    throttle.spend(house, "factor", waiting.practitioner_id)
    try:
        with transaction(house.engine, write=True) as session:
            prove(session)
            cookie = sessions.renew(session, house, waiting.cookie, "staff.signed_in")
    except NotProven:
        _note_failure(house, waiting.practitioner_id)
        raise
    throttle.forgive(house, "factor", waiting.practitioner_id)
    return cookie


def listed(house: House, practitioner_id: str) -> tuple[Factor, ...]:
    """Her second factors, the oldest first."""
    mine = select(SecondFactor).where(SecondFactor.practitioner_id == practitioner_id)
    with transaction(house.engine, write=False) as session:
        found = session.scalars(mine.order_by(SecondFactor.created_at))
        return tuple(Factor(row.id, row.kind, row.created_at) for row in found)


def add_phone(house: House, practitioner_id: str, seed: str, code: str) -> None:
    """One more authenticator app. Raises WrongCode, or attempts.TooManyTries."""
    throttle.spend(house, "factor", practitioner_id)
    with transaction(house.engine, write=True) as session:
        add_totp(session, house, practitioner_id, seed, code)
    throttle.forgive(house, "factor", practitioner_id)


def remove(house: House, practitioner_id: str, factor_id: str) -> None:
    """Take one of her second factors away. The last one stays, and somebody else's too."""
    with transaction(house.engine, write=True) as session:
        mine = select(SecondFactor).where(SecondFactor.practitioner_id == practitioner_id)
        rows = session.scalars(mine.with_for_update()).all()
        doomed = [row for row in rows if row.id == factor_id]
        if doomed and len(rows) > 1:
            session.delete(doomed[0])
            audit.append(
                session,
                house.keys,
                "factor.removed",
                practitioner_id,
                practitioner_id,
                now=house.clock(),
                kind=doomed[0].kind,
            )


def renew_recovery_codes(house: House, practitioner_id: str) -> tuple[str, ...]:
    """Ten new recovery codes, to be shown once; the ones before them end."""
    with transaction(house.engine, write=True) as session:
        return new_recovery_codes(session, house, practitioner_id)


def _spend_code(session: Session, house: House, practitioner_id: str, typed: str) -> None:
    plain = "".join(sign for sign in typed.casefold() if sign.isalnum())
    if len(plain) == GROUPS * GROUP:
        return _spend_recovery_code(session, house, practitioner_id, plain)
    mine = select(SecondFactor).where(SecondFactor.practitioner_id == practitioner_id, SecondFactor.kind == "totp")
    for factor in session.scalars(mine.with_for_update()):
        seed = open_directory(house.keys, f"factor:{factor.id}", factor.secret).decode()
        try:
            factor.counter = _step_of(house, seed, plain, after=factor.counter)
        except WrongCode:
            continue
        return None
    raise WrongCode


def _step_of(house: House, seed: str, code: str, after: int) -> int:
    """The time step this code belongs to: now, one before or one after, and later than the last one used."""
    now, totp = int(house.clock().timestamp()) // STEP_SECONDS, pyotp.TOTP(seed)
    typed = "".join(code.split())
    for step in (now - 1, now, now + 1):
        right = secrets.compare_digest(totp.at(step * STEP_SECONDS).encode(), typed.encode())
        if right and step > after:
            return step
    raise WrongCode


def new_recovery_codes(session: Session, house: House, practitioner_id: str) -> tuple[str, ...]:
    """Ten new codes, to be shown once; the ones before them end."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.practitioner_id == practitioner_id))
    codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
    session.add_all(RecoveryCode(code_hash=_hash(code), practitioner_id=practitioner_id) for code in codes)
    audit.append(session, house.keys, "recovery_codes.made", practitioner_id, practitioner_id, now=house.clock())
    return codes


def _new_code() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.replace("-", "").encode()).digest()


def _spend_recovery_code(session: Session, house: House, practitioner_id: str, plain: str) -> None:
    row = session.get(RecoveryCode, _hash(plain), with_for_update=True)
    if row is None or row.practitioner_id != practitioner_id:
        raise WrongCode
    session.delete(row)
    session.flush()
    mine = RecoveryCode.practitioner_id == practitioner_id
    left = session.scalar(select(func.count()).select_from(RecoveryCode).where(mine)) or 0
    audit.append(
        session, house.keys, "recovery_code.used", practitioner_id, practitioner_id, now=house.clock(), left=left
    )


def _note_failure(house: House, practitioner_id: str) -> None:
    with transaction(house.engine, write=True) as session:
        audit.append(session, house.keys, "factor.failed", "nobody", practitioner_id, now=house.clock())

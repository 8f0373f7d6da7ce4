"""The second factor: codes from an authenticator app (TOTP), and recovery codes on paper.

TOTP: RFC 6238 with its defaults (SHA-1, 6 digits, 30 seconds), which every app knows. One step of
clock error is allowed to either side, and a code counts once (section 5.2; OWASP ASVS 5.0 6.5.1,
6.5.5).
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
from intake_app.accounts.sessions import PendingSignIn
from intake_app.core import audit, throttle
from intake_app.core.runtime import Runtime
from intake_app.crypto.server_keys import DirectoryError, decrypt_directory, encrypt_directory
from intake_app.models.engine import transaction
from intake_app.models.staff import RecoveryCode, SecondFactor

Act = Callable[[Session], None]
STEP_SECONDS = 30
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # no letter or number that looks like another
GROUPS = 4  # 16 signs of 31 are 79 bits: a plain hash suffices
GROUP = 4


class FactorNotProven(Exception):
    """The second factor was not shown."""


class WrongFactorCode(FactorNotProven):
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


def pack_seed(runtime: Runtime, practitioner_id: str, seed: str) -> str:
    """A seed that is not proven yet, sealed for a hidden form field of this person's page."""
    return encrypt_directory(runtime.keys, f"new-totp:{practitioner_id}", seed.encode()).hex()


def unpack_seed(runtime: Runtime, practitioner_id: str, packed: str) -> str | None:
    """The seed out of the hidden field; None when it is not ours."""
    try:
        return decrypt_directory(
            runtime.keys, f"new-totp:{practitioner_id}", bytes.fromhex(packed)
        ).decode()
    except (DirectoryError, ValueError):
        return None


def otpauth_uri(name: str, practice: str, seed: str) -> str:
    """What the picture for the authenticator app says (otpauth://)."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=practice)


def add_totp(
    session: Session, runtime: Runtime, practitioner_id: str, seed: str, code: str
) -> None:
    """Keep an authenticator app as second factor once its code is right. Raises WrongCode."""
    step = _step_of(runtime, seed, code, after=0)
    store_factor(session, runtime, practitioner_id, "totp", seed.encode(), step)


def store_factor(
    session: Session, runtime: Runtime, practitioner_id: str, kind: str, secret: bytes, counter: int
) -> None:
    """Keep a second factor of this kind, its secret encrypted; the log says who added it."""
    factor_id = uuid4().hex
    now = runtime.clock()
    session.add(
        SecondFactor(
            id=factor_id,
            practitioner_id=practitioner_id,
            kind=kind,
            secret=encrypt_directory(runtime.keys, f"factor:{factor_id}", secret),
            counter=counter,
            created_at=now,
        )
    )
    audit.append(
        session,
        runtime.keys,
        "factor.added",
        practitioner_id,
        practitioner_id,
        now=now,
        kind=kind,
    )


def enrol(
    runtime: Runtime, waiting: PendingSignIn, seed: str, code: str
) -> tuple[str, tuple[str, ...]]:
    """An authenticator app as the first second factor; see `first`. Raises WrongCode."""
    return first_factor(
        runtime,
        waiting,
        lambda session: add_totp(session, runtime, waiting.practitioner_id, seed, code),
    )


def first_factor(runtime: Runtime, waiting: PendingSignIn, add: Act) -> tuple[str, tuple[str, ...]]:
    """The first second factor: returns the open session's cookie and ten recovery codes.

    Raises what `add` raises, or throttle.TooManyTries.
    """
    codes: tuple[str, ...] = ()

    def add_with_codes(session: Session) -> None:
        nonlocal codes
        add(session)
        codes = new_recovery_codes(session, runtime, waiting.practitioner_id)

    return open_with(runtime, waiting, add_with_codes), codes


def verify_code(runtime: Runtime, waiting: PendingSignIn, typed: str) -> str:
    """A code from their app, or a recovery code: returns the cookie of the open session.

    Raises WrongCode, or throttle.TooManyTries.
    """
    return open_with(
        runtime,
        waiting,
        lambda session: _spend_code(session, runtime, waiting.practitioner_id, typed),
    )


def open_with(runtime: Runtime, waiting: PendingSignIn, prove: Act) -> str:
    """Open the waiting session unless `prove` objects, in one transaction; returns its cookie.

    Raises what `prove` raises, once it is written down, or throttle.TooManyTries.
    """
    throttle.consume(runtime, "factor", waiting.practitioner_id)
    try:
        with transaction(runtime.engine, write=True) as session:
            prove(session)
            cookie = sessions.rotate_session(session, runtime, waiting.cookie, "staff.signed_in")
    except FactorNotProven:
        _note_failure(runtime, waiting.practitioner_id)
        raise
    throttle.reset(runtime, "factor", waiting.practitioner_id)
    return cookie


def list_factors(runtime: Runtime, practitioner_id: str) -> tuple[Factor, ...]:
    """Their second factors, the oldest first."""
    mine = select(SecondFactor).where(SecondFactor.practitioner_id == practitioner_id)
    with transaction(runtime.engine, write=False) as session:
        found = session.scalars(mine.order_by(SecondFactor.created_at))
        return tuple(Factor(row.id, row.kind, row.created_at) for row in found)


def add_phone(runtime: Runtime, practitioner_id: str, seed: str, code: str) -> None:
    """One more authenticator app. Raises WrongCode, or throttle.TooManyTries."""
    throttle.consume(runtime, "factor", practitioner_id)
    with transaction(runtime.engine, write=True) as session:
        add_totp(session, runtime, practitioner_id, seed, code)
    throttle.reset(runtime, "factor", practitioner_id)


def remove(runtime: Runtime, practitioner_id: str, factor_id: str) -> None:
    """Take one of their second factors away. The last one stays, and somebody else's too."""
    with transaction(runtime.engine, write=True) as session:
        mine = select(SecondFactor).where(SecondFactor.practitioner_id == practitioner_id)
        rows = session.scalars(mine.with_for_update()).all()
        doomed = [row for row in rows if row.id == factor_id]
        if doomed and len(rows) > 1:
            session.delete(doomed[0])
            audit.append(
                session,
                runtime.keys,
                "factor.removed",
                practitioner_id,
                practitioner_id,
                now=runtime.clock(),
                kind=doomed[0].kind,
            )


def renew_recovery_codes(runtime: Runtime, practitioner_id: str) -> tuple[str, ...]:
    """Ten new recovery codes, to be shown once; the ones before them end."""
    with transaction(runtime.engine, write=True) as session:
        return new_recovery_codes(session, runtime, practitioner_id)


def _spend_code(session: Session, runtime: Runtime, practitioner_id: str, typed: str) -> None:
    plain = "".join(sign for sign in typed.casefold() if sign.isalnum())
    if len(plain) == GROUPS * GROUP:
        return _spend_recovery_code(session, runtime, practitioner_id, plain)
    mine = select(SecondFactor).where(
        SecondFactor.practitioner_id == practitioner_id, SecondFactor.kind == "totp"
    )
    for factor in session.scalars(mine.with_for_update()):
        seed = decrypt_directory(runtime.keys, f"factor:{factor.id}", factor.secret).decode()
        try:
            factor.counter = _step_of(runtime, seed, plain, after=factor.counter)
        except WrongFactorCode:
            continue
        return None
    raise WrongFactorCode


def _step_of(runtime: Runtime, seed: str, code: str, after: int) -> int:
    """The time step of this code: now, one before or one after, and later than the last used."""
    now = int(runtime.clock().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(seed)
    typed = "".join(code.split())
    for step in (now - 1, now, now + 1):
        right = secrets.compare_digest(totp.at(step * STEP_SECONDS).encode(), typed.encode())
        if right and step > after:
            return step
    raise WrongFactorCode


def new_recovery_codes(session: Session, runtime: Runtime, practitioner_id: str) -> tuple[str, ...]:
    """Ten new codes, to be shown once; the ones before them end."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.practitioner_id == practitioner_id))
    codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
    session.add_all(
        RecoveryCode(code_hash=_hash(code), practitioner_id=practitioner_id) for code in codes
    )
    audit.append(
        session,
        runtime.keys,
        "recovery_codes.made",
        practitioner_id,
        practitioner_id,
        now=runtime.clock(),
    )
    return codes


def _new_code() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.replace("-", "").encode()).digest()


def _spend_recovery_code(
    session: Session, runtime: Runtime, practitioner_id: str, plain: str
) -> None:
    row = session.get(RecoveryCode, _hash(plain), with_for_update=True)
    if row is None or row.practitioner_id != practitioner_id:
        raise WrongFactorCode
    session.delete(row)
    session.flush()
    mine = RecoveryCode.practitioner_id == practitioner_id
    left = session.scalar(select(func.count()).select_from(RecoveryCode).where(mine)) or 0
    audit.append(
        session,
        runtime.keys,
        "recovery_code.used",
        practitioner_id,
        practitioner_id,
        now=runtime.clock(),
        left=left,
    )


def _note_failure(runtime: Runtime, practitioner_id: str) -> None:
    with transaction(runtime.engine, write=True) as session:
        audit.append(
            session, runtime.keys, "factor.failed", "nobody", practitioner_id, now=runtime.clock()
        )

"""The PIN that opens the staff pages on a tablet.

It is not a sign-in: after it, the whole sign-in follows.

A short PIN cannot stand a stolen database by itself, so it goes through Argon2id with the pepper
mixed in.
"""

import hmac
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import update

from intake_app.core import audit, throttle
from intake_app.core.runtime import Runtime
from intake_app.kiosk import tablets
from intake_app.models.engine import transaction
from intake_app.models.tablets import KioskPin, Tablet

UNLOCKED = timedelta(minutes=10)


class WrongPin(Exception):
    """This is not the PIN, or none was chosen yet."""


def choose(runtime: Runtime, pin: str, by: str) -> None:
    """Choose the practice's PIN; the old one ends."""
    hashed = _hasher(runtime).hash(_peppered(runtime, pin))
    with transaction(runtime.engine, write=True) as session:
        session.merge(KioskPin(id=1, hash=hashed))
        audit.append(session, runtime.keys, "pin.chosen", by, "practice", now=runtime.clock())


def is_chosen(runtime: Runtime) -> bool:
    """Whether there is a PIN."""
    with transaction(runtime.engine, write=False) as session:
        return session.get(KioskPin, 1) is not None


def unlock(runtime: Runtime, tablet_id: str, pin: str) -> None:
    """Let staff sign in on this tablet in the next ten minutes.

    Raises WrongPin, throttle.TooManyTries.
    """
    throttle.consume(runtime, "pin", tablet_id)
    right = _is_right(runtime, pin)
    with tablets.changed(runtime, tablet_id) as (session, row):
        if right:
            row.unlocked_until = runtime.clock() + UNLOCKED
        action = "tablet.unlocked" if right else "tablet.pin_wrong"
        audit.append(session, runtime.keys, action, "nobody", tablet_id, now=runtime.clock())
    if not right:
        raise WrongPin
    throttle.reset(runtime, "pin", tablet_id)


def lock(runtime: Runtime, tablet_id: str) -> None:
    """Back to the clients: the staff pages are closed on this tablet."""
    with transaction(runtime.engine, write=True) as session:
        session.execute(update(Tablet).where(Tablet.id == tablet_id).values(unlocked_until=None))
        audit.append(
            session, runtime.keys, "tablet.locked", "nobody", tablet_id, now=runtime.clock()
        )


def _is_right(runtime: Runtime, pin: str) -> bool:
    with transaction(runtime.engine, write=False) as session:
        row = session.get(KioskPin, 1)
        stored = row.hash if row else None
    try:
        return stored is not None and _hasher(runtime).verify(stored, _peppered(runtime, pin))
    except VerifyMismatchError:
        return False


def _hasher(runtime: Runtime) -> PasswordHasher:
    settings = runtime.settings
    return PasswordHasher(
        time_cost=settings.kdf_time, memory_cost=settings.kdf_memory_kib, parallelism=1
    )


def _peppered(runtime: Runtime, pin: str) -> bytes:
    return hmac.digest(
        runtime.keys.pepper, b"kiosk pin\x00" + pin.encode("utf-8", "replace"), "sha256"
    )

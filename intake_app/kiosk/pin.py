"""The PIN that opens the staff pages on a tablet. It is not a sign-in: after it, the whole sign-in follows.

A short PIN cannot stand a stolen database by itself, so it goes through Argon2id with the pepper mixed in.
"""

import hmac
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import update

from intake_app.core import audit, throttle
from intake_app.core.runtime import House
from intake_app.kiosk import tablets
from intake_app.models.engine import transaction
from intake_app.models.tablets import KioskPin, Tablet

UNLOCKED = timedelta(minutes=10)


class WrongPin(Exception):
    """This is not the PIN, or none was chosen yet."""


def choose(house: House, pin: str, by: str) -> None:
    """Choose the practice's PIN; the old one ends."""
    hashed = _hasher(house).hash(_peppered(house, pin))
    with transaction(house.engine, write=True) as session:
        session.merge(KioskPin(id=1, hash=hashed))
        audit.append(session, house.keys, "pin.chosen", by, "practice", now=house.clock())


def is_chosen(house: House) -> bool:
    """Whether there is a PIN."""
    with transaction(house.engine, write=False) as session:
        return session.get(KioskPin, 1) is not None


def unlock(house: House, tablet_id: str, pin: str) -> None:
    """Let staff sign in on this tablet in the next ten minutes. Raises WrongPin, attempts.TooManyTries."""
    throttle.spend(house, "pin", tablet_id)
    right = _is_right(house, pin)
    with tablets.changed(house, tablet_id) as (session, row):
        if right:
            row.unlocked_until = house.clock() + UNLOCKED
        action = "tablet.unlocked" if right else "tablet.pin_wrong"
        audit.append(session, house.keys, action, "nobody", tablet_id, now=house.clock())
    if not right:
        raise WrongPin
    throttle.forgive(house, "pin", tablet_id)


def lock(house: House, tablet_id: str) -> None:
    """Back to the clients: the staff pages are closed on this tablet."""
    with transaction(house.engine, write=True) as session:
        session.execute(update(Tablet).where(Tablet.id == tablet_id).values(unlocked_until=None))
        audit.append(session, house.keys, "tablet.locked", "nobody", tablet_id, now=house.clock())


def _is_right(house: House, pin: str) -> bool:
    with transaction(house.engine, write=False) as session:
        row = session.get(KioskPin, 1)
        stored = row.hash if row else None
    try:
        return stored is not None and _hasher(house).verify(stored, _peppered(house, pin))
    except VerifyMismatchError:
        return False


def _hasher(house: House) -> PasswordHasher:
    settings = house.settings
    return PasswordHasher(time_cost=settings.kdf_time, memory_cost=settings.kdf_memory_kib, parallelism=1)


def _peppered(house: House, pin: str) -> bytes:
    return hmac.digest(house.keys.pepper, b"kiosk pin\x00" + pin.encode("utf-8", "replace"), "sha256")

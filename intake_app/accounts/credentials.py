"""A person's own key, and the passphrase it is under: made, changed, mended.

Nobody else ever learns the passphrase; a new one always comes with a new key pair, except when she changes it
herself and can open the old one.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.accounts import sessions
from intake_app.accounts.sessions import SignedIn
from intake_app.core import audit, throttle
from intake_app.core.runtime import House
from intake_app.crypto import age
from intake_app.crypto import passphrase as vault_passphrase
from intake_app.keys import grants, recipients
from intake_app.models.engine import transaction
from intake_app.models.staff import Practitioner

PAPER_PREFIX = "AGE-SECRET-KEY-1"


class NoSuchPerson(Exception):
    """There is no account of this id, or it is closed, or it is one's own where that makes no sense."""


class WrongSheet(Exception):
    """The sign-in name or the key from the recovery sheet is wrong; never says which."""


class WrongPassphrase(Exception):
    """The passphrase she has now is not this one."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What a new passphrase locks: a new key pair for a therapist, nothing for the desk."""

    wrapped: bytes
    recipient: str | None


def new_lock(house: House, role: str, passphrase: str) -> Lock:
    """A new key pair under a new passphrase (slowly); for the desk a lock with nothing behind it."""
    secret, recipient = age.new_identity() if role in grants.THERAPISTS else ("", None)
    wrapped = vault_passphrase.wrap(secret.encode(), passphrase, house.keys.pepper, **sessions.kdf(house))
    return Lock(wrapped, recipient)


def put(session: Session, house: House, person: Practitioner, lock: Lock, keys: list[str]) -> None:
    """The new lock replaces the old one, and with it every session and every key she held."""
    sessions.end_sessions(session, person.id)
    grants.take(session, person.id)
    person.wrapped, person.recipient = lock.wrapped, None
    if lock.recipient is not None:
        person.recipient = grants.sealed_public_key(house, person.id, lock.recipient)
        grants.give(session, house, person.id, lock.recipient, keys)


def recover(house: House, sign_in_name: str, paper: str, passphrase: str, address: str) -> None:
    """A new passphrase for a therapist who has the recovery sheet. The second factor stays as it is.

    paper: the key as typed or scanned; spaces and small letters do not matter, the fixed beginning may be missing.
    Raises WrongSheet, or attempts.TooManyTries.
    """
    throttle.spend(house, "recovery", address)
    secret = _from_paper(paper)
    if secret is None or age.recipient_of(secret) != recipients.pinned(house)[1]:
        raise WrongSheet
    lock = new_lock(house, "therapist", passphrase)
    with transaction(house.engine, write=True) as session:
        person = session.scalar(
            select(Practitioner).where(Practitioner.sign_in_name == sessions.plain_name(sign_in_name))
        )
        if person is None or person.disabled_at is not None or person.role not in grants.THERAPISTS:
            raise WrongSheet
        put(session, house, person, lock, list(grants.held(session, grants.RECOVERY, secret)))
        audit.append(session, house.keys, "passphrase.recovered", person.id, person.id, now=house.clock())
    throttle.forgive(house, "recovery", address)


def _from_paper(typed: str) -> str | None:
    plain = "".join(typed.split()).upper()
    secret = plain if plain.startswith(PAPER_PREFIX) else PAPER_PREFIX + plain
    try:
        age.recipient_of(secret)
    except age.SealError:
        return None
    return secret


def change_passphrase(house: House, me: SignedIn, old: str, new: str) -> str:
    """Lock her own key with a new passphrase. Every other session ends; returns this one's new cookie.

    Raises WrongPassphrase, or attempts.TooManyTries.
    """
    own_secret = _proven(house, me, old)
    wrapped = vault_passphrase.wrap(own_secret, new, house.keys.pepper, **sessions.kdf(house))
    with transaction(house.engine, write=True) as session:
        active(session, me.practitioner_id).wrapped = wrapped
        cookie = sessions.renew(session, house, me.cookie, "passphrase.changed")
        sessions.end_sessions(session, me.practitioner_id, but=cookie)
    return cookie


def confirm(house: House, me: SignedIn, passphrase: str) -> None:
    """She typed her passphrase again: key actions are open for five minutes. Raises as change_passphrase does."""
    _proven(house, me, passphrase)
    with transaction(house.engine, write=True) as session:
        sessions.note_confirmed(session, house, me)


def _proven(house: House, me: SignedIn, passphrase: str) -> bytes:
    """Her own key, opened with the passphrase she has now."""
    throttle.spend(house, "account", me.practitioner_id)
    with transaction(house.engine, write=False) as session:
        person = active(session, me.practitioner_id)
    own_secret = sessions.unlock(house, person, passphrase)
    if own_secret is None:
        raise WrongPassphrase
    throttle.forgive(house, "account", me.practitioner_id)
    return own_secret


def active(session: Session, practitioner_id: str) -> Practitioner:
    person = session.get(Practitioner, practitioner_id)
    if person is None or person.disabled_at is not None:
        raise NoSuchPerson
    return person

"""A person's own key, and the passphrase it is under: made, changed, mended.

Nobody else ever learns the passphrase; a new one always comes with a new key pair, except when the
person who changes it can open the old one.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake_app.accounts import sessions
from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit, throttle
from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.crypto.passphrase import wrap
from intake_app.keys import grants, recipients
from intake_app.models.engine import transaction
from intake_app.models.staff import Practitioner

PAPER_PREFIX = "AGE-SECRET-KEY-1"


class NoSuchPerson(Exception):
    """No account has this id, or it is closed, or it is one's own where that makes no sense."""


class WrongSheet(Exception):
    """The sign-in name or the key from the recovery sheet is wrong; never says which."""


class PassphraseNotConfirmed(Exception):
    """The passphrase in force is not this one."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What a new passphrase locks: a new key pair for a therapist, nothing for the desk."""

    wrapped: bytes
    recipient: str | None


def new_credential(runtime: Runtime, role: str, passphrase: str) -> Credential:
    """A new key pair under a new passphrase (slowly); for the desk with no key behind it."""
    secret, recipient = age.new_identity() if role in grants.THERAPISTS else ("", None)
    wrapped = wrap(secret.encode(), passphrase, runtime.keys.pepper, **sessions.kdf_cost(runtime))
    return Credential(wrapped, recipient)


def store(
    session: Session, runtime: Runtime, person: Practitioner, lock: Credential, keys: list[str]
) -> None:
    """The new credential replaces the old one, with every session and every key held."""
    sessions.end_sessions(session, person.id)
    grants.revoke_all(session, person.id)
    person.wrapped = lock.wrapped
    person.recipient = None
    if lock.recipient is not None:
        person.recipient = grants.sealed_public_key(runtime, person.id, lock.recipient)
        grants.grant(session, runtime, person.id, lock.recipient, keys)


def recover(runtime: Runtime, sign_in_name: str, paper: str, passphrase: str, address: str) -> None:
    """A new passphrase for a therapist who has the recovery sheet.

    The second factor stays as it is. paper: the key as typed or scanned; spaces and small letters
    do not matter, the fixed beginning may be missing. Raises WrongSheet, or throttle.TooManyTries.
    """
    throttle.consume(runtime, "recovery", address)
    secret = _from_paper(paper)
    if secret is None or age.recipient_of(secret) != recipients.pinned_recipients(runtime)[1]:
        raise WrongSheet
    lock = new_credential(runtime, "therapist", passphrase)
    with transaction(runtime.engine, write=True) as session:
        person = session.scalar(
            select(Practitioner).where(
                Practitioner.sign_in_name == sessions.normalise_name(sign_in_name)
            )
        )
        if person is None or person.disabled_at is not None or person.role not in grants.THERAPISTS:
            raise WrongSheet
        store(
            session,
            runtime,
            person,
            lock,
            list(grants.granted_keys(session, grants.RECOVERY, secret)),
        )
        audit.append(
            session, runtime.keys, "passphrase.recovered", person.id, person.id, now=runtime.clock()
        )
    throttle.reset(runtime, "recovery", address)


def _from_paper(typed: str) -> str | None:
    plain = "".join(typed.split()).upper()
    secret = plain if plain.startswith(PAPER_PREFIX) else PAPER_PREFIX + plain
    try:
        age.recipient_of(secret)
    except age.AgeError:
        return None
    return secret


def change_passphrase(runtime: Runtime, me: StaffIdentity, old: str, new: str) -> str:
    """Wrap one's own key with a new passphrase.

    Every other session ends; returns this one's new cookie. Raises WrongPassphrase, or
    throttle.TooManyTries.
    """
    own_secret = _proven(runtime, me, old)
    wrapped = wrap(own_secret, new, runtime.keys.pepper, **sessions.kdf_cost(runtime))
    with transaction(runtime.engine, write=True) as session:
        active(session, me.practitioner_id).wrapped = wrapped
        cookie = sessions.rotate_session(session, runtime, me.cookie, "passphrase.changed")
        sessions.end_sessions(session, me.practitioner_id, but=cookie)
    return cookie


def confirm_passphrase(runtime: Runtime, me: StaffIdentity, passphrase: str) -> None:
    """The passphrase was typed again: key actions are open for five minutes.

    Raises as change_passphrase does.
    """
    _proven(runtime, me, passphrase)
    with transaction(runtime.engine, write=True) as session:
        sessions.record_reauthentication(session, runtime, me)


def _proven(runtime: Runtime, me: StaffIdentity, passphrase: str) -> bytes:
    """One's own key, opened with the passphrase in force."""
    throttle.consume(runtime, "account", me.practitioner_id)
    with transaction(runtime.engine, write=False) as session:
        person = active(session, me.practitioner_id)
    own_secret = sessions.unwrap_key(runtime, person, passphrase)
    if own_secret is None:
        raise PassphraseNotConfirmed
    throttle.reset(runtime, "account", me.practitioner_id)
    return own_secret


def active(session: Session, practitioner_id: str) -> Practitioner:
    person = session.get(Practitioner, practitioner_id)
    if person is None or person.disabled_at is not None:
        raise NoSuchPerson
    return person

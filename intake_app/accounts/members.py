"""The people who work here: joining with a one-time code, a new passphrase, leaving.

Nobody chooses a passphrase for somebody else. What a therapist may open travels to them encrypted
under the one-time code, which the server keeps only as a hash.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake_app.accounts import credentials, sessions
from intake_app.accounts.sessions import StaffIdentity
from intake_app.core import audit, throttle
from intake_app.core.runtime import Runtime
from intake_app.crypto import token_box
from intake_app.keys import grants
from intake_app.models.engine import transaction
from intake_app.models.staff import Invitation, Practitioner, RecoveryCode, SecondFactor

CODE_LASTS = timedelta(hours=24)
OPERATOR = "operator"
"""Whoever types commands on the server; stands in the log in place of a person's id."""


class WrongInvitation(Exception):
    """No invitation has this code, or it was used, or its 24 hours are over."""


class SignInNameTaken(Exception):
    """Somebody else signs in with this name."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with an account, as their colleagues see them."""

    id: str
    name: str
    role: str
    sign_in_name: str
    has_factor: bool
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invited:
    """Who an invitation is for.

    is_new: False when they have an account, and only the passphrase is new.
    """

    name: str
    role: str
    is_new: bool


def list_members(runtime: Runtime) -> tuple[Member, ...]:
    """Everybody with an account, the closed ones last."""
    with transaction(runtime.engine, write=False) as session:
        safe = set(session.scalars(select(SecondFactor.practitioner_id)))
        found = session.scalars(select(Practitioner).order_by(Practitioner.created_at)).all()
        rows = [
            Member(p.id, p.name, p.role, p.sign_in_name, p.id in safe, p.disabled_at) for p in found
        ]
    return tuple(sorted(rows, key=lambda person: person.disabled_at is not None))


def invite(runtime: Runtime, me: StaffIdentity, name: str, role: str) -> str:
    """A one-time code with which somebody new joins within 24 hours. It is kept nowhere.

    Raises credentials.NoSuchPerson when the account of whoever invites was closed meanwhile.
    """
    return _invitation(runtime, me, None, name, role)


def invite_back(runtime: Runtime, me: StaffIdentity, practitioner_id: str) -> str:
    """A one-time code with which somebody who forgot their passphrase chooses a new one.

    Raises credentials.NoSuchPerson. The old passphrase works until then; the second factor stays as
    it is.
    """
    with transaction(runtime.engine, write=False) as session:
        person = credentials.active(session, practitioner_id)
    return _invitation(runtime, me, person.id, person.name, person.role)


def _invitation(
    runtime: Runtime, me: StaffIdentity, practitioner_id: str | None, name: str, role: str
) -> str:
    code = token_box.new_token()
    now = runtime.clock()
    bundle = json.dumps(me.identities).encode()
    with transaction(runtime.engine, write=True) as session:
        _still_here(session, me.practitioner_id)
        session.execute(delete(Invitation).where(Invitation.expires_at <= now))
        session.add(
            Invitation(
                code_hash=token_box.token_hash(code),
                practitioner_id=practitioner_id,
                name=name,
                role=role,
                box=token_box.encrypt(code, runtime.keys.pepper, role, 0, bundle, "invitation")
                if role in grants.THERAPISTS
                else None,
                made_by=me.practitioner_id,
                expires_at=now + CODE_LASTS,
            )
        )
        subject = practitioner_id or "new"
        audit.append(
            session, runtime.keys, "staff.invited", me.practitioner_id, subject, now=now, role=role
        )
    return code


def invited(runtime: Runtime, code: str, address: str) -> Invited:
    """Who this code is for. Raises WrongInvitation, or throttle.TooManyTries."""
    throttle.check(runtime, "join", address)
    with transaction(runtime.engine, write=False) as session:
        row = _open_invitation(session, runtime, code)
        found = Invited(row.name, row.role, row.practitioner_id is None) if row else None
    if found is None:
        throttle.record_failure(runtime, "join", address)
        raise WrongInvitation
    return found


def join(runtime: Runtime, code: str, sign_in_name: str, passphrase: str, address: str) -> None:
    """Use the code up: a new account, or a new passphrase for the one it names.

    sign_in_name counts for a new account only. Raises WrongInvitation, NameTaken, or
    throttle.TooManyTries.
    """
    who = invited(runtime, code, address)
    lock = credentials.new_credential(runtime, who.role, passphrase)
    try:
        with transaction(runtime.engine, write=True) as session:
            row = _open_invitation(session, runtime, code)
            if row is None:
                raise WrongInvitation
            keys = _keys_in(runtime, row, code)
            person = _person_of(session, runtime, row, sign_in_name, lock)
            credentials.store(session, runtime, person, lock, keys)
            session.delete(row)
            action = "staff.joined" if who.is_new else "passphrase.mended"
            audit.append(
                session,
                runtime.keys,
                action,
                person.id,
                row.made_by,
                now=runtime.clock(),
                role=person.role,
            )
    except IntegrityError as error:
        raise SignInNameTaken from error


def _open_invitation(session: Session, runtime: Runtime, code: str) -> Invitation | None:
    row = session.get(Invitation, token_box.token_hash(code), with_for_update=True)
    return row if row is not None and row.expires_at > runtime.clock() else None


def _keys_in(runtime: Runtime, row: Invitation, code: str) -> list[str]:
    if row.box is None:
        return []
    try:
        plain = token_box.decrypt(code, runtime.keys.pepper, row.role, 0, row.box, "invitation")
    except token_box.TokenBoxLocked as error:
        raise WrongInvitation from error
    keys: list[str] = json.loads(plain)
    return keys


def _person_of(
    session: Session,
    runtime: Runtime,
    row: Invitation,
    sign_in_name: str,
    lock: credentials.Credential,
) -> Practitioner:
    if row.practitioner_id is not None:
        return credentials.active(session, row.practitioner_id)
    person = Practitioner(
        id=uuid4().hex,
        name=row.name,
        sign_in_name=sessions.normalise_name(sign_in_name),
        role=row.role,
        wrapped=lock.wrapped,
        created_at=runtime.clock(),
    )
    session.add(person)
    session.flush()
    return person


def close_account(runtime: Runtime, me: StaffIdentity, practitioner_id: str) -> None:
    """Close an account at once: its sessions, credential, keys and invitations are gone.

    Raises credentials.NoSuchPerson, also for one's own account, and when one's own account was
    closed meanwhile.
    """
    if practitioner_id == me.practitioner_id:
        raise credentials.NoSuchPerson
    with transaction(runtime.engine, write=True) as session:
        _still_here(session, me.practitioner_id, practitioner_id)
        person = credentials.active(session, practitioner_id)
        now = runtime.clock()
        person.disabled_at = now
        person.wrapped = b""
        person.recipient = None
        sessions.end_sessions(session, person.id)
        grants.revoke_all(session, person.id)
        for table in (SecondFactor, RecoveryCode, Invitation):
            session.execute(delete(table).where(table.practitioner_id == person.id))
        session.execute(delete(Invitation).where(Invitation.made_by == person.id))
        audit.append(
            session, runtime.keys, "staff.disabled", me.practitioner_id, person.id, now=now
        )


def reset_factor(runtime: Runtime, by: str, practitioner_id: str) -> None:
    """Somebody lost second factor and recovery codes: their next sign-in sets up a new one.

    by: who decides that, an owner's id or OPERATOR. Raises credentials.NoSuchPerson, as disable
    does.
    """
    with transaction(runtime.engine, write=True) as session:
        if by != OPERATOR:
            _still_here(session, by, practitioner_id)
        person = credentials.active(session, practitioner_id)
        for table in (SecondFactor, RecoveryCode):
            session.execute(delete(table).where(table.practitioner_id == person.id))
        sessions.end_sessions(session, person.id)
        audit.append(session, runtime.keys, "factor.reset", by, person.id, now=runtime.clock())


def _still_here(session: Session, *ids: str) -> None:
    """All these accounts are open, and stay so until the transaction ends.

    Raises credentials.NoSuchPerson. A request was let in before it got here: its own account may be
    closed by now. The rows are locked in one order, so that of two owners who close each other the
    second one waits, and then finds the own account closed.
    """
    rows = (
        select(Practitioner)
        .where(Practitioner.id.in_(ids))
        .order_by(Practitioner.id)
        .with_for_update()
    )
    if sum(person.disabled_at is None for person in session.scalars(rows)) < len(set(ids)):
        raise credentials.NoSuchPerson

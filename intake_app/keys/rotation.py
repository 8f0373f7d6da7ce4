"""The practice's keys: which there are, where they live, and how they are changed.

A change never re-seals what is there: the old keys stay with those who may open old records.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intake_app.core import audit
from intake_app.core.runtime import Runtime
from intake_app.crypto import age, app_key
from intake_app.keys import grants, recipients
from intake_app.models.audit import AuditEvent
from intake_app.models.engine import transaction
from intake_app.models.practice import Practice
from intake_app.models.staff import Invitation, KeyGrant, Practitioner
from intake_app.pdf.certificate import (
    PREPARED,
    keep_authority,
    load_seal,
    prepare_seal,
    seal_fingerprint,
    use_prepared_seal,
)

NEW_APP_KEY = "app_key.changed"
NEW_SEAL = "seal.changed"


@dataclass(frozen=True, slots=True)
class PracticeKey:
    """A key that records were sealed to. holders: how many therapists can open them with it."""

    fingerprint: str
    since: datetime
    holders: int
    in_use: bool


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every key there is, without any secret."""

    practice_keys: tuple[PracticeKey, ...]
    recovery_fingerprint: str
    seal_fingerprint: str
    seal_until: datetime
    app_key_file: str
    problem: str | None


def inventory(runtime: Runtime) -> Inventory:
    """What the Keys page shows. Raises recipients.NotSetUp."""
    practice, recovery = recipients.pinned_recipients(runtime)
    leaf = load_seal(runtime.settings.seal_file).certificates[0]
    with transaction(runtime.engine, write=False) as session:
        return Inventory(
            practice_keys=_practice_keys(session, practice),
            recovery_fingerprint=age.fingerprint(recovery),
            seal_fingerprint=seal_fingerprint(runtime.settings.seal_file)[:16],
            seal_until=leaf.not_valid_after_utc,
            app_key_file=runtime.settings.app_key_file,
            problem=recipients.problem(runtime),
        )


def _practice_keys(session: Session, in_use: str) -> tuple[PracticeKey, ...]:
    stored = session.scalars(select(KeyGrant).order_by(KeyGrant.created_at)).all()
    keys: dict[str, list[KeyGrant]] = {}
    for grant in stored:
        keys.setdefault(grant.recipient, []).append(grant)
    found = [
        PracticeKey(
            age.fingerprint(recipient),
            min(grant.created_at for grant in held),
            len([grant for grant in held if grant.holder != grants.RECOVERY]),
            recipient == in_use,
        )
        for recipient, held in keys.items()
    ]
    return tuple(sorted(found, key=lambda key: key.since, reverse=True))


def new_practice_key(runtime: Runtime, by: str) -> str:
    """Make a new key for what is signed from now on; grant it to each therapist and the sheet.

    Nobody's passphrase is needed; old records open as before. Open invitations end, for they hold
    the old keys only. Killed at any moment, the change has not begun, or it finishes by itself
    (`finish`). Returns the new fingerprint. Raises recipients.NotSetUp.
    """
    secret, recipient = age.new_identity()
    recovery = recipients.recovery_recipient(runtime)
    with transaction(runtime.engine, write=True) as session:
        therapists = session.scalars(select(Practitioner).where(Practitioner.disabled_at.is_(None)))
        for person in therapists:
            if own := grants.public_key(runtime, person):
                grants.grant(session, runtime, person.id, own, [secret])
        grants.grant(session, runtime, grants.RECOVERY, recovery, [secret])
        session.execute(delete(Invitation).where(Invitation.box.is_not(None)))
        session.get_one(Practice, 1).recipient = recipient
        recipients.prepare(runtime, recipient, recovery)
        audit.append(
            session, runtime.keys, "practice_key.changed", by, "practice", now=runtime.clock()
        )
    resume_rotation(runtime)
    return age.fingerprint(recipient)


def new_app_key(runtime: Runtime, by: str) -> None:
    """Put a new app key in the place of the old one.

    Nothing else changes, and the app need not stop. Killed at any moment, the change has not begun,
    or it finishes by itself (`finish`). Raises app_key.KeptElsewhere or app_key.WeakKey.
    """
    with _one_at_a_time(runtime) as session:
        app_key.rotate(*_app_key_files(runtime), by)
        _settle_app_key(session, runtime)
    resume_rotation(runtime)


def new_seal(runtime: Runtime, by: str) -> str:
    """Make a new certificate for the seal on PDFs.

    The old authority is kept beside it: old PDFs stay checkable. Killed at any moment, the change
    has not begun, or it finishes by itself (`finish`). Returns the new fingerprint.
    """
    folder = runtime.settings.data
    keep_authority(folder, datetime.now(UTC))
    with _one_at_a_time(runtime) as session:
        made = prepare_seal(session.get_one(Practice, 1).name, folder)
        audit.append(
            session, runtime.keys, NEW_SEAL, by, "practice", now=runtime.clock(), seal=made
        )
    resume_rotation(runtime)
    return made[:16]


def resume_rotation(runtime: Runtime) -> None:
    """Put in force what a change of keys has prepared, if the database knows of it.

    Called at the end of each change, at each start and on each round: a change that was cut off
    finishes by itself.
    """
    recipients.activate_prepared(runtime)
    if app_key.rotation_begun(*_app_key_files(runtime)):
        with _one_at_a_time(runtime) as session:
            _settle_app_key(session, runtime)
    prepared = runtime.settings.data / PREPARED
    if not prepared.exists():
        return
    with (
        suppress(FileNotFoundError),
        _one_at_a_time(runtime) as session,
    ):  # perhaps another process was faster
        if seal_fingerprint(prepared) == _logged(session, NEW_SEAL, "seal"):
            use_prepared_seal(runtime.settings.data)


def _settle_app_key(session: Session, runtime: Runtime) -> None:
    """Log a new app key in force; at the next call, once its entry is safe, forget the old key."""
    change = app_key.rotation_begun(*_app_key_files(runtime))
    if change is None:
        return
    if not change.in_force or _logged(session, NEW_APP_KEY, "key") == change.key:
        app_key.finish_rotation(*_app_key_files(runtime))
    else:
        audit.append(
            session,
            runtime.keys,
            NEW_APP_KEY,
            change.by,
            "practice",
            now=runtime.clock(),
            key=change.key,
        )


def _app_key_files(runtime: Runtime) -> tuple[Path, Path]:
    return runtime.settings.data, Path(runtime.settings.app_key_file)


@contextmanager
def _one_at_a_time(runtime: Runtime) -> Iterator[Session]:
    """A transaction in which keys on the disk may be changed: other processes wait."""
    with transaction(runtime.engine, write=True) as session:
        session.get(Practice, 1, with_for_update=True)
        yield session


def _logged(session: Session, action: str, name: str) -> str | None:
    """What the newest entry of this kind says."""
    newest = (
        select(AuditEvent.data_json)
        .where(AuditEvent.action == action)
        .order_by(AuditEvent.seq.desc())
    )
    told = session.scalars(newest.limit(1)).first()
    found: str | None = json.loads(told or "{}").get(name)
    return found

"""Who holds the practice's secret keys.

Each therapist has a key pair of their own. A practice key is granted by encrypting it to its public
half (age), and to the recovery sheet in the same way. So a new practice key reaches everybody
without anybody's passphrase, and somebody who left, and kept a copy of everything they ever had,
cannot open it.
"""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intake_app.core.runtime import Runtime
from intake_app.crypto import age
from intake_app.crypto.server_keys import decrypt_directory, encrypt_directory
from intake_app.models.staff import KeyGrant, Practitioner

RECOVERY = "recovery"
THERAPISTS = ("owner", "therapist")


def grant(session: Session, runtime: Runtime, holder: str, to: str, secrets: Sequence[str]) -> None:
    """Let the holder of the public key `to` open these practice keys."""
    for secret in secrets:
        sealed = age.encrypt_to(secret.encode(), [to])
        grant = KeyGrant(
            holder=holder,
            recipient=age.recipient_of(secret),
            sealed=sealed,
            created_at=runtime.clock(),
        )
        session.merge(grant)


def revoke_all(session: Session, holder: str) -> None:
    """Delete every key given to this holder."""
    session.execute(delete(KeyGrant).where(KeyGrant.holder == holder))


def granted_keys(session: Session, holder: str, own_secret: str) -> tuple[str, ...]:
    """The practice keys this holder was given, opened with their own secret; the newest first.

    Raises age.AgeError.
    """
    grants = (
        select(KeyGrant.sealed)
        .where(KeyGrant.holder == holder)
        .order_by(KeyGrant.created_at.desc())
    )
    return tuple(
        age.decrypt_with(sealed, [own_secret]).decode() for sealed in session.scalars(grants)
    )


def public_key(runtime: Runtime, person: Practitioner) -> str | None:
    """A holder's public key; None for the desk and for somebody disabled.

    Raises server_keys.DirectoryError.
    """
    if person.recipient is None:
        return None
    return decrypt_directory(runtime.keys, f"recipient:{person.id}", person.recipient).decode()


def sealed_public_key(runtime: Runtime, practitioner_id: str, recipient: str) -> bytes:
    """A public key as it is stored with an account."""
    return encrypt_directory(runtime.keys, f"recipient:{practitioner_id}", recipient.encode())

"""People who work here, their keys and second factors, and their open sessions."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Practitioner(Base):
    """An account. role: "owner", "therapist" or "desk".

    wrapped: their own secret key under their passphrase; for the desk nothing is in it, and once
    disabled it is empty. recipient: the public half, sealed with the directory key, so that nobody
    with the database alone can change it.
    """

    __tablename__ = "practitioner"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    sign_in_name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    recipient: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeyGrant(Base):
    """A practice key, encrypted to one holder: a therapist's id, or "recovery" for the sheet."""

    __tablename__ = "key_grant"

    holder: Mapped[str] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Invitation(Base):
    """A one-time code for somebody new (name, role), or a new passphrase (practitioner_id).

    box: the practice's keys under the code; none for the desk.
    """

    __tablename__ = "invitation"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    practitioner_id: Mapped[str | None] = mapped_column(
        ForeignKey("practitioner.id", ondelete="CASCADE")
    )
    name: Mapped[str]
    role: Mapped[str]
    box: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SecondFactor(Base):
    """kind: "totp" or "passkey".

    secret: the seed, or the passkey's id and public key, under the directory key. counter: the last
    time step used (a code counts once), or the passkey's own count.
    """

    __tablename__ = "second_factor"

    id: Mapped[str] = mapped_column(primary_key=True)
    practitioner_id: Mapped[str] = mapped_column(
        ForeignKey("practitioner.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    counter: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code on paper that stands in for the second factor, once."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    practitioner_id: Mapped[str] = mapped_column(
        ForeignKey("practitioner.id", ondelete="CASCADE"), index=True
    )


class StaffSession(Base):
    """One browser: hash of its cookie, and the person's own key sealed under the cookie itself.

    stage: "enrol" or "factor" between the passphrase and the second factor, then "open". device:
    its name in words, under the directory key. confirmed_at: when the passphrase was last typed.
    """

    __tablename__ = "staff_session"

    cookie_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("practitioner.id", ondelete="CASCADE"))
    stage: Mapped[str]
    bundle: Mapped[bytes] = mapped_column(LargeBinary)
    device: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""People who work here, and their open sessions."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Practitioner(Base):
    """An account. role: "owner" or "therapist" (the wrap holds the practice's keys), or "desk" (it holds none)."""

    __tablename__ = "practitioner"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    sign_in_name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffSession(Base):
    """One signed-in browser: hash of its cookie, and keys sealed under the cookie itself."""

    __tablename__ = "staff_session"

    cookie_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("practitioner.id", ondelete="CASCADE"))
    bundle: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""What is left of a record that was erased."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Erasure(Base):
    """The receipt of a record that is gone: when, why and who, and a hash of what was erased.

    Nothing of its content. why: "time_over", or the owner's reason as a code. signed_at: when the
    erased record had been signed.
    """

    __tablename__ = "erasure"

    record_id: Mapped[str] = mapped_column(primary_key=True)
    why: Mapped[str]
    by: Mapped[str]
    erased_sha256: Mapped[str]
    parts: Mapped[int]
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

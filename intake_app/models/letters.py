"""Letters to expected clients, and the practice's rules for them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class OutgoingEmail(Base):
    """One email to send or sent.

    kind: "invitation" or "reminder"; state: "waiting", "sent", "refused" or "dropped". It holds no
    address, no name and no link: those are read, or made, at the moment of sending.
    """

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_waiting", "state", "next_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    tries: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReminderSettings(Base):
    """One row.

    reminder_hours: how long after the last letter a reminder goes out by itself; 0 for never.
    """

    __tablename__ = "desk_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    reminder_hours: Mapped[int]
    invite_from_calendar: Mapped[bool]

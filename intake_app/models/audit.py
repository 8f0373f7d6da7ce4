"""The audit log: rows that can only be added."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class AuditEvent(Base):
    """One act. No name, answer or address: ids and codes only, so it never needs erasing."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ts: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    data_json: Mapped[str]
    prev: Mapped[str]
    hash: Mapped[str]
    mac: Mapped[str]

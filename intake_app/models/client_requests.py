"""What clients ask for after they signed, and what is left of a record that was erased."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class ClientRequest(Base):
    """One wish of a client.

    kind: "withdrawal", "correction" or "deletion"; it says nothing about their health. `blob` holds
    their words and the answer, under the key of their copy: they read it with a link, a therapist
    with the record's. The same words are signed and sealed as the addendum of this id.
    """

    __tablename__ = "client_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

"""The practice's own calendar, which visits are read from."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Calendar(Base):
    """One calendar. id: "current", or "proposed" until somebody has looked at what it gives.

    `sealed` holds its address (whoever knows it can read the appointments) and where the words
    stand. problem: code of what went wrong at the last reading, empty when nothing did.
    """

    __tablename__ = "calendar"

    id: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    problem: Mapped[str]
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

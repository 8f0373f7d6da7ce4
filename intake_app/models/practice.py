"""The practice: one row, one deployment."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Practice(Base):
    """Name, address and rules.

    `recipient` and `recovery_recipient` are only compared with the pinned file. form_version: of
    the questionnaire that new clients fill in.
    """

    __tablename__ = "practice"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    timezone: Mapped[str]
    page_size: Mapped[str]
    cancellation_policy: Mapped[str]
    retention_years: Mapped[int]
    allergen_free: Mapped[bool]
    prenatal_trained: Mapped[bool]
    recipient: Mapped[str]
    recovery_recipient: Mapped[str]
    form_version: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""The practice: one row, one deployment."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Practice(Base):
    """Name, address and rules.

    `recipient` and `recovery_recipient` are only compared with the pinned file. form_version: of
    the questionnaire that new clients fill in. content_read_by, _on (ISO 8601), _version: who has
    read the questions, rules and agreements of which version, "" for nobody.
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
    content_read_by: Mapped[str] = mapped_column(default="")
    content_read_on: Mapped[str] = mapped_column(default="")
    content_read_version: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

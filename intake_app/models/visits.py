"""Expected clients, and the personal links made for them."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Visit(Base):
    """Somebody who is expected. mark: "", "arrived", "late", "no_show" or "cancelled".

    The time stands in clear, so that the database can find a day and a page of it; who comes at
    that time is sealed in `directory`. `source_key` is a keyed hash of the calendar entry it was
    read from, None when typed by hand. `draft_id` is the form that was begun last. last_answers:
    "", or "asked", "sent", "no" (front_desk.previous_answers).
    """

    __tablename__ = "visit"

    id: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    directory: Mapped[bytes] = mapped_column(LargeBinary)
    draft_id: Mapped[str | None] = mapped_column(index=True)
    record_id: Mapped[str | None] = mapped_column(index=True)
    mark: Mapped[str]
    last_answers: Mapped[str] = mapped_column(default="")
    source_key: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FormLink(Base):
    """One link to a form of a visit.

    `wrapped` is the form's own token, sealed to this link; None until it is opened. draft_id: the
    form it opens. A visit can have two: the whole form, and the short one about today.
    """

    __tablename__ = "ticket"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    draft_id: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

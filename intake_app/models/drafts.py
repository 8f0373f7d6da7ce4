"""Unfinished forms, and the definitions they were started on."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Definition(Base):
    """The bytes of a questionnaire, once per hash, so that a record can be read for ever."""

    __tablename__ = "definition"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    source: Mapped[bytes] = mapped_column(LargeBinary)


class Draft(Base):
    """An unfinished form.

    `blob` opens only with the client's token; `label` is the therapist's own note of it. `part` of
    `parts` is how far it is, for the front desk: the furthest part in which a page was finished.
    Every part has pages that everybody is asked and the number never falls, so that it tells
    nothing about an answer.
    """

    __tablename__ = "draft"

    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    rev: Mapped[int]
    definition_sha256: Mapped[str] = mapped_column(ForeignKey("definition.sha256"))
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    label: Mapped[bytes | None] = mapped_column(LargeBinary)
    browser_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    part: Mapped[int] = mapped_column(default=0)
    parts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

"""Signed intakes: the sealed evidence, its paper, and the client's own copy."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Record(Base):
    """One signed intake. status: "sealed" (evidence safe, paper to come) or "complete".

    sealed_status: a small sealed note for the inbox, see records.day_of_visit; None in records made
    before it. keep_until: the last day it is kept, see records.retention; None is for ever. hold:
    why it must not be erased, sealed like the record; None when nothing holds it. day_asked: the
    form asked about the day itself.
    """

    __tablename__ = "record"

    id: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_sha256: Mapped[str]
    sealed_status: Mapped[bytes | None] = mapped_column(LargeBinary)
    definition_sha256: Mapped[str] = mapped_column(ForeignKey("definition.sha256"))
    directory: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    keep_until: Mapped[date | None] = mapped_column(index=True)
    hold: Mapped[bytes | None] = mapped_column(LargeBinary)
    day_asked: Mapped[bool] = mapped_column(default=True)


class Document(Base):
    """The signed PDF of a record, sealed like its evidence."""

    __tablename__ = "document"

    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    pdf_sha256: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TherapistOnlyWords(Base):
    """What a client said “for my therapist only”, sealed like the record, and in no copy of it."""

    __tablename__ = "apart"

    record_id: Mapped[str] = mapped_column(
        ForeignKey("record.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_sha256: Mapped[str]


class ClientCopy(Base):
    """The client's own PDF, under a key from their token, for 30 days.

    card: what their own page shows (client_portal.page), under the same key. browser_hash: the one
    browser that need not name the date of birth.
    """

    __tablename__ = "client_copy"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"))
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    card: Mapped[bytes | None] = mapped_column(LargeBinary)
    browser_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Addendum(Base):
    """Something signed later that belongs to a record. kind: a code, such as "decisions".

    pdf: None until it is made. The record itself is never changed; of several addenda of one kind,
    the later one counts.
    """

    __tablename__ = "addendum"

    id: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_sha256: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)
    pdf_sha256: Mapped[str | None]
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DecisionDraft(Base):
    """What a therapist wrote on a record's safety card and did not sign yet: encrypted as it is."""

    __tablename__ = "decision_draft"

    record_id: Mapped[str] = mapped_column(
        ForeignKey("record.id", ondelete="CASCADE"), primary_key=True
    )
    practitioner_id: Mapped[str] = mapped_column(
        ForeignKey("practitioner.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

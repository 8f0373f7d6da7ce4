"""Signed intakes: the sealed evidence, its paper, and the client's own copy."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Record(Base):
    """One signed intake. status: "sealed" (evidence safe, paper to come) or "complete"."""

    __tablename__ = "record"

    id: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_sha256: Mapped[str]
    definition_sha256: Mapped[str] = mapped_column(ForeignKey("definition.sha256"))
    directory: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Document(Base):
    """The signed PDF of a record, sealed like its evidence."""

    __tablename__ = "document"

    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    pdf_sha256: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ClientCopy(Base):
    """The client's own PDF, under a key from her token, for 30 days."""

    __tablename__ = "client_copy"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"))
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

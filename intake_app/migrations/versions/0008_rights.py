"""Clients' rights: a page of their own, requests, retention, receipts of erasure."""

import sqlalchemy as sa
from alembic import op

from intake_app.models.base import UtcDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("client_copy", sa.Column("card", sa.LargeBinary(), nullable=True))
    op.add_column("client_copy", sa.Column("browser_hash", sa.LargeBinary(32), nullable=True))
    op.add_column("record", sa.Column("keep_until", sa.Date(), nullable=True))
    op.add_column("record", sa.Column("hold", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_record_keep_until"), "record", ["keep_until"], unique=False)
    op.create_table(
        "client_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_client_request_record_id"), "client_request", ["record_id"], unique=False
    )
    op.create_table(
        "erasure",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("erased_sha256", sa.String(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index(op.f("ix_erasure_erased_at"), "erasure", ["erased_at"], unique=False)

"""Visits, the links made for them, and how far a form is."""

import sqlalchemy as sa
from alembic import op

from intake_app.models.base import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("directory", sa.LargeBinary(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("source_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source_key"),
    )
    for column in ("starts_at", "draft_id", "record_id"):
        op.create_index(op.f(f"ix_visit_{column}"), "visit", [column], unique=False)
    op.create_table(
        "ticket",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_ticket_visit_id"), "ticket", ["visit_id"], unique=False)
    op.add_column("draft", sa.Column("part", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("draft", sa.Column("parts", sa.Integer(), nullable=False, server_default="0"))

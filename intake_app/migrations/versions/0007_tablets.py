"""Tablets, forms put away at them, hand-offs between devices, the PIN."""

import sqlalchemy as sa
from alembic import op

from intake_app.models.base import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "tablet",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("device_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("paired_at", UtcDateTime(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=True),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("touched_at", UtcDateTime(), nullable=True),
        sa.Column("comfort", sa.String(), nullable=False),
        sa.Column("help_at", UtcDateTime(), nullable=True),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("codes_from", UtcDateTime(), nullable=False),
        sa.Column("unlocked_until", UtcDateTime(), nullable=True),
        sa.Column("cleared_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("device_hash"),
    )
    op.create_index(op.f("ix_tablet_draft_id"), "tablet", ["draft_id"], unique=False)
    op.create_table(
        "put_away",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("tablet_id", sa.String(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tablet_id"], ["tablet.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id"),
    )
    op.create_table(
        "hand_off",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index(op.f("ix_hand_off_draft_id"), "hand_off", ["draft_id"], unique=False)
    op.create_table(
        "kiosk_pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )

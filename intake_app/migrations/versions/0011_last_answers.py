"""The desk asks for a returning client's last answers; their form waits at every tablet."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column(
        "visit", sa.Column("last_answers", sa.String(), nullable=False, server_default="")
    )
    op.drop_table(
        "put_away"
    )  # only forms that lie at a tablet this minute; a code from it brings each back
    op.create_table(
        "put_away",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("tablet_id", sa.String(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tablet_id"], ["tablet.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "tablet_id"),
    )

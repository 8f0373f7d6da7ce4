"""Whether the form of a record asked about the day itself: all did before 2.0.0."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column(
        "record", sa.Column("day_asked", sa.Boolean(), nullable=False, server_default=sa.true())
    )

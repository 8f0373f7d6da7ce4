"""Which version of the questionnaire a practice uses: who has one stays on 1.1.0."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column(
        "practice", sa.Column("form_version", sa.String(), nullable=False, server_default="1.1.0")
    )

"""Who has read the questions, rules and agreements, when, and of which version; "" for nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    for name in ("content_read_by", "content_read_on", "content_read_version"):
        op.add_column("practice", sa.Column(name, sa.String(), nullable=False, server_default=""))

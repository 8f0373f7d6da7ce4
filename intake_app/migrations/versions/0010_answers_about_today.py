"""A link names the form it opens.

Beside the whole form a visit can have a short one, about today.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("draft_id", sa.String(), nullable=True))
    op.execute(
        "UPDATE ticket SET draft_id = "
        "(SELECT visit.draft_id FROM visit WHERE visit.id = ticket.visit_id) "
        "WHERE wrapped IS NOT NULL"
    )

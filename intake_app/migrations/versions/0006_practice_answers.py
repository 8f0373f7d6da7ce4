"""What the practice says of itself at set-up: free of allergens, trained for pregnancy.

Not said is no.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for name in ("allergen_free", "prenatal_trained"):
        op.add_column(
            "practice", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )

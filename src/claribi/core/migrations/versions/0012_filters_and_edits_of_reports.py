"""Filters of reports, and edits of their sentences"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("filters", sa.JSON(), nullable=True))
    op.add_column("reports", sa.Column("edits", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reports") as batch_op:
        batch_op.drop_column("edits")
        batch_op.drop_column("filters")

"""What a language model did for a run of a report"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report_runs", sa.Column("language_model", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("report_runs") as batch_op:
        batch_op.drop_column("language_model")

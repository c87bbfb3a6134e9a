"""Questions that go on from the ones before"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("analyses", sa.Column("session_id", BIG_ID, nullable=True))
    op.create_index(op.f("ix_analyses_session_id"), "analyses", ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_analyses_session_id"), table_name="analyses")
    with op.batch_alter_table("analyses") as batch_op:
        batch_op.drop_column("session_id")

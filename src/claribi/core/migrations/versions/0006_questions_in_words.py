"""Questions that were asked in words, and their answers"""

import sqlalchemy as sa
from alembic import op

import claribi.core.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "analyses",
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("source_id", BIG_ID, nullable=True),
        sa.Column("model_id", BIG_ID, nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("evidence_id", BIG_ID, nullable=True),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("organization_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", claribi.core.database.UtcDateTime(), nullable=False),
        sa.Column("updated_at", claribi.core.database.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_analyses_{column}_{table}"), ondelete="CASCADE"
            )
            for column, table in (
                ("organization_id", "organizations"),
                ("source_id", "data_sources"),
                ("model_id", "semantic_models"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analyses")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("analyses", schema=None) as batch_op:
        for name in ("organization_id", "source_id", "model_id", "created_by"):
            batch_op.create_index(batch_op.f(f"ix_analyses_{name}"), [name], unique=False)


def downgrade() -> None:
    op.drop_table("analyses")

"""The history of a source's loads"""

import sqlalchemy as sa
from alembic import op

import claribi.core.database

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARENTS = {"source_id": "data_sources", "organization_id": "organizations"}


def upgrade() -> None:
    moment = claribi.core.database.UtcDateTime()
    op.create_table(
        "source_syncs",
        sa.Column("source_id", BIG_ID, nullable=False),
        sa.Column("trigger", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("finished_at", moment, nullable=True),
        sa.Column("row_count", sa.BigInteger(), nullable=True),
        sa.Column("row_change", sa.BigInteger(), nullable=True),
        sa.Column("table_count", sa.Integer(), nullable=True),
        sa.Column("rejected_count", sa.BigInteger(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("requested_by", BIG_ID, nullable=True),
        sa.Column("organization_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{parent}.id"],
                name=op.f(f"fk_source_syncs_{column}_{parent}"),
                ondelete="CASCADE",
            )
            for column, parent in PARENTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_syncs")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_source_syncs_source_id", "source_syncs", ["source_id", "organization_id"])
    op.create_index("ix_source_syncs_organization_id", "source_syncs", ["organization_id"])


def downgrade() -> None:
    op.drop_table("source_syncs")

"""Who sees which rows and columns of a source"""

import sqlalchemy as sa
from alembic import op

import claribi.core.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "access_rules",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source_id", BIG_ID, nullable=False),
        sa.Column("table", sa.String(length=400), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("masks", sa.JSON(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        sa.Column("organization_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", claribi.core.database.UtcDateTime(), nullable=False),
        sa.Column("updated_at", claribi.core.database.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_access_rules_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["data_sources.id"],
            name=op.f("fk_access_rules_source_id_data_sources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_rules")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("access_rules", schema=None) as batch_op:
        for name in ("organization_id", "source_id"):
            batch_op.create_index(batch_op.f(f"ix_access_rules_{name}"), [name], unique=False)
    # Not made anew: other tables point here.
    op.add_column("organizations", sa.Column("ruled_roles", sa.JSON(), nullable=True))
    op.add_column("users", sa.Column("attributes", sa.JSON(), nullable=True))
    with op.batch_alter_table("report_runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source_id", BIG_ID, nullable=True))
        batch_op.add_column(sa.Column("access", sa.String(length=64), nullable=False, server_default=""))

"""Databases as sources: how they are reached, and what their tables are called there"""

import sqlalchemy as sa
from alembic import op

import claribi.core.vault

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("data_sources", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(length=10), nullable=False, server_default="stored"))
        batch_op.add_column(sa.Column("connection", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("secret", claribi.core.vault.Sealed(), nullable=True))
    with op.batch_alter_table("source_tables", schema=None) as batch_op:
        batch_op.alter_column(
            "name", existing_type=sa.String(length=200), type_=sa.String(length=400), existing_nullable=False
        )
        for name, length in (("schema", 200), ("physical", 200)):
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("comment", sa.Text(), nullable=False, server_default=""))
        for name in ("primary_key", "relations"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))

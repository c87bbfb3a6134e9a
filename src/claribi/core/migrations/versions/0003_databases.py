"""Databases as sources: how they are reached, and what their tables are called there"""

import sqlalchemy as sa
from alembic import op

import claribi.core.database
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
        batch_op.add_column(sa.Column("sync", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("progress", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("next_sync_at", claribi.core.database.UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_data_sources_next_sync_at"), ["next_sync_at"], unique=False)
    with op.batch_alter_table("source_tables", schema=None) as batch_op:
        batch_op.alter_column(
            "name", existing_type=sa.String(length=200), type_=sa.String(length=400), existing_nullable=False
        )
        for name, length in (("schema", 200), ("physical", 200)):
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("comment", sa.Text(), nullable=False, server_default=""))
        for name in ("primary_key", "relations"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))

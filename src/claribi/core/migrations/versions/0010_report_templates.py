"""Templates of reports, notes in them, and how an organisation's reports look"""

import sqlalchemy as sa
from alembic import op

import claribi.core.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("reports", sa.Column("template", sa.String(length=60), nullable=True))
    op.add_column("reports", sa.Column("notes", sa.JSON(), nullable=True))
    op.create_table(
        "report_templates",
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("created_by", BIG_ID, nullable=True),
        *_tracked("report_templates"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "report_settings",
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("font", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        *_tracked("report_settings"),
        sa.UniqueConstraint("organization_id", name=op.f("uq_report_settings_organization_id")),
        sqlite_autoincrement=True,
    )
    for table in ("report_templates", "report_settings"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            name = batch_op.f(f"ix_{table}_organization_id")
            batch_op.create_index(name, ["organization_id"], unique=False)


def _tracked(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """What every row of an organisation has that is changed by people."""
    return (
        sa.Column("organization_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", claribi.core.database.UtcDateTime(), nullable=False),
        sa.Column("updated_at", claribi.core.database.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f(f"fk_{table}_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    op.drop_table("report_settings")
    op.drop_table("report_templates")
    with op.batch_alter_table("reports") as batch_op:
        batch_op.drop_column("notes")
        batch_op.drop_column("template")

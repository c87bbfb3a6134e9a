"""Forecasts and their runs"""

import sqlalchemy as sa
from alembic import op

import claribi.core.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = claribi.core.database.UtcDateTime


def upgrade() -> None:
    op.create_table(
        "forecasts",
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("source_type", sa.String(length=20), nullable=False),
        sa.Column("source_id", BIG_ID, nullable=False),
        sa.Column("table", sa.String(length=200), nullable=True),
        sa.Column("metric_path", sa.String(length=401), nullable=True),
        sa.Column("measure", sa.JSON(), nullable=False),
        sa.Column("time_column", sa.String(length=401), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("granularity", sa.String(length=10), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("missing", sa.String(length=20), nullable=False),
        sa.Column("holidays", sa.String(length=2), nullable=True),
        sa.Column("schedule", sa.String(length=10), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("next_run_at", MOMENT(), nullable=True),
        sa.Column("created_by", BIG_ID, nullable=False),
        sa.Column("organization_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("updated_at", MOMENT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _organization("forecasts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecasts")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "forecast_runs",
        sa.Column("forecast_id", BIG_ID, nullable=False),
        sa.Column("requested_by", BIG_ID, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("started_at", MOMENT(), nullable=True),
        sa.Column("finished_at", MOMENT(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("evidence_id", BIG_ID, nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("organization_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["forecast_id"],
            ["forecasts.id"],
            name=op.f("fk_forecast_runs_forecast_id_forecasts"),
            ondelete="CASCADE",
        ),
        _organization("forecast_runs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_runs")),
        sqlite_autoincrement=True,
    )
    for table, columns in (
        ("forecasts", ("source_id", "next_run_at", "organization_id")),
        ("forecast_runs", ("organization_id",)),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in columns:
                batch_op.create_index(batch_op.f(f"ix_{table}_{name}"), [name], unique=False)
    with op.batch_alter_table("forecast_runs", schema=None) as batch_op:
        batch_op.create_index("ix_forecast_runs_forecast_id_id", ["forecast_id", "id"], unique=False)


def _organization(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id"],
        ["organizations.id"],
        name=op.f(f"fk_{table}_organization_id_organizations"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_table("forecast_runs")
    op.drop_table("forecasts")

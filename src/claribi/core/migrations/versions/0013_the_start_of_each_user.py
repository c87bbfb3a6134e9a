"""What users opened and like, when they were here, and when a dashboard's data changed"""

import sqlalchemy as sa
from alembic import op

import claribi.core.database

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OBJECTS = {
    "dashboard_id": "dashboards",
    "report_id": "reports",
    "forecast_id": "forecasts",
    "source_id": "data_sources",
}
RUNS = ("report_runs", "forecast_runs")


def upgrade() -> None:
    moment = claribi.core.database.UtcDateTime()
    op.add_column("dashboards", sa.Column("data_changed_at", moment, nullable=True))
    op.create_table(
        "user_objects",
        *_own("user_objects"),
        *(sa.Column(column, BIG_ID, nullable=True) for column in OBJECTS),
        sa.Column("opened_at", moment, nullable=True),
        sa.Column("favorite_since", moment, nullable=True),
        *(_reference("user_objects", column, table) for column, table in OBJECTS.items()),
        *(
            sa.UniqueConstraint(column, "user_id", name=op.f(f"uq_user_objects_{column}"))
            for column in OBJECTS
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_user_objects_user_id", "user_objects", ["user_id"])
    op.create_table(
        "user_visits",
        *_own("user_visits"),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("since", moment, nullable=True),
        sa.UniqueConstraint("user_id", name=op.f("uq_user_visits_user_id")),
        sqlite_autoincrement=True,
    )
    for table in ("user_objects", "user_visits"):
        op.create_index(f"ix_{table}_organization_id", table, ["organization_id"])
    for table in RUNS:
        op.create_index(f"ix_{table}_organization_id_finished_at", table, ["organization_id", "finished_at"])


def _own(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """What every row of one user has."""
    return (
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("organization_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        _reference(table, "organization_id", "organizations"),
        _reference(table, "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in RUNS:
        op.drop_index(f"ix_{table}_organization_id_finished_at", table)
    op.drop_table("user_visits")
    op.drop_table("user_objects")
    with op.batch_alter_table("dashboards") as batch_op:
        batch_op.drop_column("data_changed_at")

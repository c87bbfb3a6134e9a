"""Indexes that answer lists in their order, and find the parts of one thing among an organisation's

With an index for each of the two columns alone, SQLite takes the organisation's and looks at all it has.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LISTS = {
    "analyses": "created_at",
    "audit_events": "at",
    "dashboards": "created_at",
    "forecasts": "created_at",
    "reports": "created_at",
}
PARTS = {
    "widgets": "dashboard_id",
    "source_tables": "version_id",
    "source_versions": "source_id",
    "report_files": "run_id",
}


def upgrade() -> None:
    for table, moment in LISTS.items():
        op.create_index(f"ix_{table}_organization_id_{moment}", table, ["organization_id", moment, "id"])
    for table, parent in PARTS.items():
        op.drop_index(f"ix_{table}_{parent}", table)
        op.create_index(f"ix_{table}_{parent}", table, [parent, "organization_id"])


def downgrade() -> None:
    for table, parent in PARTS.items():
        op.drop_index(f"ix_{table}_{parent}", table)
        op.create_index(f"ix_{table}_{parent}", table, [parent])
    for table, moment in LISTS.items():
        op.drop_index(f"ix_{table}_organization_id_{moment}", table)

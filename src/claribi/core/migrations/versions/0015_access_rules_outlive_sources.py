"""Access rules outlive their sources, as the reports do that were made from them"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FOREIGN_KEY = "fk_access_rules_source_id_data_sources"


def upgrade() -> None:
    with op.batch_alter_table("access_rules") as batch_op:
        batch_op.drop_constraint(op.f(FOREIGN_KEY), type_="foreignkey")


def downgrade() -> None:
    op.execute("DELETE FROM access_rules WHERE source_id NOT IN (SELECT id FROM data_sources)")
    with op.batch_alter_table("access_rules") as batch_op:
        batch_op.create_foreign_key(
            op.f(FOREIGN_KEY), "data_sources", ["source_id"], ["id"], ondelete="CASCADE"
        )

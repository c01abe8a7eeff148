"""how long a backfill was running; its objects by their runs"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0015"

# One that is running counts from its start: earlier pauses were not recorded.
RUNNING = "UPDATE backfill SET running_since = started_at WHERE state = 'running'"
NO_LONGER_RUNNING = """
UPDATE backfill SET running_s = extract(epoch FROM coalesce(ended_at, now()) - started_at)
WHERE state <> 'running' AND started_at IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("backfill", sa.Column("running_s", sa.Float(), nullable=False, server_default="0"))
    op.alter_column("backfill", "running_s", server_default=None)
    op.add_column("backfill", sa.Column("running_since", sa.DateTime(timezone=True)))
    op.execute(RUNNING)
    op.execute(NO_LONGER_RUNNING)
    with_run = sa.text("run_id IS NOT NULL")
    op.create_index("backfill_object_run", "backfill_object", ["run_id"], postgresql_where=with_run)


def downgrade() -> None:
    op.drop_index("backfill_object_run", table_name="backfill_object")
    op.drop_column("backfill", "running_since")
    op.drop_column("backfill", "running_s")

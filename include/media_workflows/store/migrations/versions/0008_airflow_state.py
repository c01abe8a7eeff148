"""Airflow's state of workflows and runs, which survives the deletion of their rows in Airflow"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

TIMES = ("queued_at", "started_at", "ended_at", "changed_at")


def upgrade() -> None:
    # NULL: Airflow's state counts, until it has been copied.
    op.add_column("workflow", sa.Column("enabled", sa.Boolean(), nullable=True))
    op.add_column("workflow", sa.Column("dag_since", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("run", "revision", nullable=True)
    op.add_column("run", sa.Column("state", sa.String(length=16), nullable=True))
    for name in TIMES:
        op.add_column("run", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("run", sa.Column("tasks", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_index("run_newest", "run", ["workflow_id", "created_at"])
    op.create_index("run_changed", "run", ["changed_at"])
    op.create_index("run_by_id", "run", ["run_id"])


def downgrade() -> None:
    for name in ("run_by_id", "run_changed", "run_newest"):
        op.drop_index(name, "run")
    for name in ("tasks", *reversed(TIMES), "state"):
        op.drop_column("run", name)
    op.execute("DELETE FROM run WHERE revision IS NULL")  # a run that never got to its sensor
    op.alter_column("run", "revision", nullable=False)
    op.drop_column("workflow", "dag_since")
    op.drop_column("workflow", "enabled")

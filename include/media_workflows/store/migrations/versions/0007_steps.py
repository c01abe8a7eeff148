"""results, progress, claims and pending uploads by step; ids as long as Airflow's"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TABLES_OF_WORKFLOWS = (
    "run",
    "job_result",
    "job_progress",
    "cancelled_run",
    "made_item",
    "output_claim",
    "pending_upload",
    "waiting_run",
    "event",
    "delivery",
)
WITHOUT_WORKFLOW = "pending_upload"  # before this revision
STEP = ("workflow_id", "run_id", "step_id", "map_index")

# A claim precedes its upload, so it names the workflow. Without it: a run of this id; '' where there is none.
WORKFLOW_OF_UPLOAD = """
    UPDATE pending_upload SET workflow_id = coalesce(
        (SELECT claim.workflow_id FROM output_claim AS claim WHERE claim.bucket = pending_upload.bucket
            AND claim.key = pending_upload.key AND claim.run_id = pending_upload.run_id),
        (SELECT min(run.workflow_id) FROM run WHERE run.run_id = pending_upload.run_id),
        '')
"""


def upgrade() -> None:
    for table in TABLES_OF_WORKFLOWS:
        if table != WITHOUT_WORKFLOW:
            op.alter_column(table, "workflow_id", type_=sa.String(length=250))
    _add_step("job_result", "kind", is_key=True)
    _add_step("job_progress", "kind", is_key=True)
    _add_step("made_item", "''")
    _add_step("output_claim", "''")
    _pending_uploads_by_step()


def _add_step(table: str, step_id: str, *, is_key: bool = False) -> None:
    """`step_id` is the SQL expression for rows that are there."""
    op.add_column(table, sa.Column("step_id", sa.String(length=250), nullable=True))
    op.execute(f"UPDATE {table} SET step_id = {step_id}")
    op.alter_column(table, "step_id", nullable=False)
    op.add_column(table, sa.Column("map_index", sa.Integer(), nullable=False, server_default="-1"))
    op.alter_column(table, "map_index", server_default=None)
    if is_key:
        op.drop_constraint(f"{table}_pkey", table)
        op.create_primary_key(f"{table}_pkey", table, list(STEP))


def _pending_uploads_by_step() -> None:
    op.add_column("pending_upload", sa.Column("workflow_id", sa.String(length=250), nullable=True))
    op.execute(WORKFLOW_OF_UPLOAD)
    op.alter_column("pending_upload", "workflow_id", nullable=False)
    _add_step("pending_upload", "kind")
    op.drop_index("pending_upload_run", table_name="pending_upload")
    op.drop_column("pending_upload", "kind")
    op.create_index("pending_upload_step", "pending_upload", list(STEP))


def downgrade() -> None:
    """What the version before cannot hold is lost: mapped steps, a kind's second step, workflows with long ids."""
    for table in TABLES_OF_WORKFLOWS:
        op.execute(f"DELETE FROM {table} WHERE length(workflow_id) > 32")
    for table in ("job_result", "job_progress"):
        op.execute(f"DELETE FROM {table} WHERE step_id <> kind OR map_index <> -1")
        op.drop_constraint(f"{table}_pkey", table)
        op.create_primary_key(f"{table}_pkey", table, ["workflow_id", "run_id", "kind"])
    op.drop_index("pending_upload_step", table_name="pending_upload")
    op.add_column("pending_upload", sa.Column("kind", sa.String(length=64), nullable=True))
    op.execute("UPDATE pending_upload SET kind = left(step_id, 64)")
    op.alter_column("pending_upload", "kind", nullable=False)
    op.create_index("pending_upload_run", "pending_upload", ["run_id", "kind"])
    op.drop_column("pending_upload", "workflow_id")
    for table in ("job_result", "job_progress", "made_item", "output_claim", "pending_upload"):
        op.drop_column(table, "step_id")
        op.drop_column(table, "map_index")
    for table in TABLES_OF_WORKFLOWS:
        if table != WITHOUT_WORKFLOW:
            op.alter_column(table, "workflow_id", type_=sa.String(length=32))

"""retention: results that name outputs by their age, and what was decided about old outputs"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "old_outputs",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("workflow_id", sa.String(250), nullable=False),
        sa.Column("run_id", sa.String(250), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("outputs", JSONB(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("old_outputs_decided", "old_outputs", ["decided_at"])
    op.create_index("old_outputs_workflow", "old_outputs", ["workflow_id", "decided_at"])
    op.create_index(
        "job_result_with_outputs",
        "job_result",
        ["workflow_id", "updated_at"],
        postgresql_where=sa.text("jsonb_path_exists(result, '$.items[*].outputs[*]')"),
    )


def downgrade() -> None:
    op.drop_index("job_result_with_outputs", "job_result")
    op.drop_table("old_outputs")

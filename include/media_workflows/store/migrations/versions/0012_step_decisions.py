"""why steps of a graph ran or were skipped, and what their conditions read of the source"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"


def _run() -> list[sa.Column[str]]:
    return [
        sa.Column("workflow_id", sa.String(250), primary_key=True),
        sa.Column("run_id", sa.String(250), primary_key=True),
    ]


def upgrade() -> None:
    op.create_table(
        "step_decision",
        *_run(),
        sa.Column("step_id", sa.String(250), primary_key=True),
        sa.Column("decision", JSONB(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "source_facts",
        *_run(),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("source_facts")
    op.drop_table("step_decision")

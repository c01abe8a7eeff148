"""reviews of runs by persons, and their decisions on findings; runs of before are not opened for review"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "run_review",
        sa.Column("workflow_id", sa.String(250), primary_key=True),
        sa.Column("run_id", sa.String(250), primary_key=True),
        sa.Column("suggestion", sa.String(16), nullable=False),
        sa.Column("finding_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(256), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.String(250), nullable=False),
    )
    op.create_index("run_review_open", "run_review", ["opened_at"], postgresql_where=sa.text("verdict IS NULL"))
    decided = sa.text("verdict IS NOT NULL")
    op.create_index("run_review_decided", "run_review", ["decided_at"], postgresql_where=decided)
    op.create_table(
        "finding_decision",
        sa.Column("workflow_id", sa.String(250), primary_key=True),
        sa.Column("run_id", sa.String(250), primary_key=True),
        sa.Column("finding_id", sa.String(16), primary_key=True),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(256), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("finding_decision")
    op.drop_table("run_review")

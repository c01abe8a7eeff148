"""objects of ladders that can be played while they are made"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.create_table(
        "early_object",
        sa.Column("bucket", sa.String(63), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("workflow_id", sa.String(250), nullable=False),
        sa.Column("run_id", sa.String(250), nullable=False),
        sa.Column("step_id", sa.String(250), nullable=False),
        sa.Column("map_index", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("playable_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("early_object_step", "early_object", ["workflow_id", "run_id", "step_id", "map_index"])


def downgrade() -> None:
    op.drop_table("early_object")

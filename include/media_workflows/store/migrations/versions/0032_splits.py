"""renditions that several workers encode in chunks: what to encode, who encodes which chunk, what is done"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "split",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("workflow_id", sa.String(250), nullable=False),
        sa.Column("run_id", sa.String(250), nullable=False),
        sa.Column("step_id", sa.String(250), nullable=False),
        sa.Column("map_index", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("request", JSONB(none_as_null=True), nullable=False),
        sa.Column("bucket", sa.String(63), nullable=False),
        sa.Column("directory", sa.Text(), nullable=False),
        sa.Column("owner_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("workflow_id", "run_id", "step_id", "map_index", "plan"),
    )
    op.create_table(
        "split_chunk",
        sa.Column("split_id", sa.BigInteger(), sa.ForeignKey("split.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("length_s", sa.Float(), nullable=False),
        sa.Column("lease", sa.String(32), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(256), nullable=False),
        sa.Column("percent", sa.Float(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("etag", sa.String(128), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("cpu_s", sa.Float(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("split_chunk")
    op.drop_table("split")

"""backfills and their objects; runs by their source's key"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "backfill",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workflow_id", sa.String(32), nullable=False),
        sa.Column("bucket", sa.String(63), nullable=False),
        sa.Column("filters", sa.dialects.postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("max_at_once", sa.Integer(), nullable=False),
        sa.Column("per_minute", sa.Integer()),
        sa.Column("start_when_counted", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(256), nullable=False),
        _time("created_at", nullable=False),
        _time("started_at"),
        _time("ended_at"),
        sa.Column("cursor", sa.Text(), nullable=False),
        *map(_count, ("listed", "total", "total_bytes", "active", "finished", "failed", "skipped")),
        _time("next_at"),
        _time("minute_began"),
        sa.Column("minute_starts", sa.Integer(), nullable=False),
    )
    op.create_index("backfill_newest", "backfill", ["workflow_id", "created_at"])
    op.create_index("backfill_state", "backfill", ["state"])
    op.create_table(
        "backfill_object",
        sa.Column("backfill_id", sa.String(32), sa.ForeignKey("backfill.id"), primary_key=True),
        sa.Column("key", sa.Text(collation="C"), primary_key=True),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("run_id", sa.String(250)),
        sa.Column("reason", sa.String(16)),
    )
    op.create_index("backfill_object_state", "backfill_object", ["backfill_id", "state", "key"])
    op.create_index("run_source", "run", ["workflow_id", sa.text("(source ->> 'key')")])


def downgrade() -> None:
    op.drop_index("run_source", table_name="run")
    op.drop_table("backfill_object")
    op.drop_table("backfill")

"""observability: what ended runs made and reused, how long ffmpeg took; the trace in which an event was written"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

COUNTS = ("items_made", "items_reused", "items_failed")


def upgrade() -> None:
    op.add_column("run", sa.Column("ffmpeg_s", sa.Float()))
    for name in COUNTS:
        op.add_column("run", sa.Column(name, sa.Integer()))
    op.add_column("event", sa.Column("traceparent", sa.String(64)))


def downgrade() -> None:
    op.drop_column("event", "traceparent")
    for name in (*reversed(COUNTS), "ffmpeg_s"):
        op.drop_column("run", name)

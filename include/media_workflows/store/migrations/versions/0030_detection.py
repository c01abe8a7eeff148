"""detection of uploads: where unfinished listings go on, and since when a source cannot be read"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "listing_position",
        sa.Column("bucket", sa.String(63), primary_key=True),
        sa.Column("prefix", sa.Text(), primary_key=True),
        sa.Column("after_key", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("detection_source", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE detection_source SET failing_since = coalesce(succeeded_at, polled_at) WHERE error IS NOT NULL")


def downgrade() -> None:
    op.drop_column("detection_source", "failing_since")
    op.drop_table("listing_position")

"""the regions of buckets, for events"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "bucket_region",
        sa.Column("bucket", sa.String(63), primary_key=True),
        sa.Column("region", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("bucket_region")

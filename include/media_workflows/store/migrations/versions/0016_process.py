"""requests for ad-hoc processing; the caller's context of requests and backfills"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("backfill", sa.Column("context", JSONB(), nullable=False, server_default=sa.text("'{}'")))
    op.create_table(
        "process_request",
        sa.Column("number", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("request_id", sa.String(128), nullable=False, unique=True),
        sa.Column("backfill_id", sa.String(32), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("definition", JSONB(), nullable=False),
        sa.Column("templates", JSONB(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("force", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("process_request")
    op.drop_column("backfill", "context")

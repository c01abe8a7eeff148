"""budgets: what a run has reserved of its workflow's budget until it ends; None = nothing"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.add_column("run", sa.Column("reserved", JSONB(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("run", "reserved")

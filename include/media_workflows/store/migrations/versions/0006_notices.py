"""notices of items that were made"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    column = sa.Column("notices", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]")
    op.add_column("made_item", column)
    op.alter_column("made_item", "notices", server_default=None)


def downgrade() -> None:
    op.drop_column("made_item", "notices")

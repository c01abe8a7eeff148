"""where runs have put outputs that they publish together, and finding what was made by its place"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "unpublished",
        sa.Column("workflow_id", sa.String(250), primary_key=True),
        sa.Column("run_id", sa.String(250), primary_key=True),
        sa.Column("bucket", sa.String(63), primary_key=True),
    )
    op.create_index("made_item_key", "made_item", ["key"], postgresql_ops={"key": "text_pattern_ops"})


def downgrade() -> None:
    op.drop_index("made_item_key", "made_item")
    op.drop_table("unpublished")

"""made_item: the reuse key by its name"""

from alembic import op

revision = "0010"
down_revision = "0009"

TABLE, BEFORE, NOW = "made_item", "recipe_sha256", "reuse_sha256"


def upgrade() -> None:
    op.alter_column(TABLE, BEFORE, new_column_name=NOW)


def downgrade() -> None:
    op.alter_column(TABLE, NOW, new_column_name=BEFORE)

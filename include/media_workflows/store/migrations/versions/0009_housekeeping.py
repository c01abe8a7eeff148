"""since when a known object is missing; keys of decisions in byte order, as listings have them"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("known_object", sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("upload_decision", "key", type_=sa.Text(collation="C"), existing_nullable=False)


def downgrade() -> None:
    op.alter_column("upload_decision", "key", type_=sa.Text(), existing_nullable=False)
    op.drop_column("known_object", "missing_since")

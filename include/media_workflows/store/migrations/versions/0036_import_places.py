"""import places: an import goes on with the places that its user had"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.add_column("definition_import", sa.Column("places", JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("definition_import", "places")

"""costs: processor time of ended runs; None = they ended in a version that did not record it"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("run", sa.Column("cpu_s", sa.Float()))


def downgrade() -> None:
    op.drop_column("run", "cpu_s")

"""used bytes: what ended runs read and made; None = they ended in a version that did not record these"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    for name in ("read_bytes", "made_bytes"):
        op.add_column("run", sa.Column(name, sa.BigInteger()))


def downgrade() -> None:
    for name in ("made_bytes", "read_bytes"):
        op.drop_column("run", name)

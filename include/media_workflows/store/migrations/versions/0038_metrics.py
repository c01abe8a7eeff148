"""metrics: the decisions of the last day are found by their time"""

from alembic import op

revision = "0038"
down_revision = "0031"


def upgrade() -> None:
    op.create_index("upload_decision_decided", "upload_decision", ["decided_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("upload_decision_decided", "upload_decision")

"""large lists: the last search for changed runs, indexes in the whole order of lists, the last answer to a delivery"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "run_search",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("newest_id", sa.BigInteger(), nullable=False),
    )
    for name in ("run_newest", "run_created", "run_state"):
        op.drop_index(name, "run")
    op.create_index("run_newest", "run", ["workflow_id", "created_at", "run_id"], postgresql_include=["state"])
    op.create_index("run_created", "run", ["created_at", "run_id"], postgresql_include=["workflow_id", "state"])
    op.create_index("run_state", "run", ["state", "created_at", "run_id"], postgresql_include=["workflow_id"])
    op.create_index("run_workflow_state", "run", ["workflow_id", "state", "created_at", "run_id"])
    op.create_index(
        "run_caused",
        "run",
        ["created_at", "run_id"],
        postgresql_include=["workflow_id", "state", "causes"],
        postgresql_where=sa.text("causes <> '{}'"),
    )
    op.add_column("delivery", sa.Column("last_status", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE delivery SET last_status = last.status FROM delivery_attempt last "
        "WHERE last.delivery_id = delivery.id AND last.number = delivery.attempts AND last.status IS NOT NULL"
    )
    attempted = sa.text("attempts > 0")
    op.create_index("delivery_answered", "delivery", ["last_status", "id"], postgresql_where=attempted)


def downgrade() -> None:
    op.drop_index("delivery_answered", "delivery")
    op.drop_column("delivery", "last_status")
    for name in ("run_newest", "run_created", "run_state", "run_workflow_state", "run_caused"):
        op.drop_index(name, "run")
    op.create_index("run_newest", "run", ["workflow_id", "created_at"])
    op.create_index("run_created", "run", ["created_at", "run_id"])
    op.create_index("run_state", "run", ["state", "created_at"])
    op.drop_table("run_search")

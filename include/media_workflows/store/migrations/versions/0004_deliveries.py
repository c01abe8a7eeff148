"""deliveries with their attempts, apart from events; the function callback; when a job's try began"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

# What was sent before this revision stays visible: an event's one delivery, to the target of the run's revision.
KEEP_DELIVERIES = """
    INSERT INTO delivery (event_id, workflow_id, role, target, receiver, ordered, state,
                          due_at, give_up_at, tries, attempts, created_at, ended_at)
    SELECT event.id, event.workflow_id, 'workflow', target,
           coalesce(substring(target ->> 'url' from '^\\w+://[^/?#]+'),
                    'sqs:' || (target ->> 'queue_url'), 'sns:' || (target ->> 'topic_arn')),
           false, CASE WHEN delivered_at IS NULL THEN 'dead' ELSE 'delivered' END,
           event.created_at, event.created_at, attempts, attempts, event.created_at, coalesce(delivered_at, now())
    FROM event JOIN run USING (workflow_id, run_id)
    JOIN revision ON revision.workflow_id = run.workflow_id AND revision.number = run.revision
    CROSS JOIN LATERAL (SELECT revision.definition -> 'notification') AS notification (target)
    WHERE jsonb_typeof(target) = 'object' AND attempts > 0
"""
KEEP_ANSWERS = """
    INSERT INTO delivery_attempt (delivery_id, number, begun_at, latency_s, answer, error)
    SELECT delivery.id, delivery.attempts, event.created_at, 0, left(last_answer, 2048), ''
    FROM delivery JOIN event ON event.id = event_id
"""


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("workflow_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("target", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("ordered", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    pending = sa.text("state = 'pending'")
    ordered = sa.text("state = 'pending' AND ordered")
    op.create_index("delivery_once", "delivery", ["event_id", "role"], unique=True)
    op.create_index("delivery_due", "delivery", ["receiver", "due_at"], postgresql_where=pending)
    op.create_index("delivery_order", "delivery", ["workflow_id", "role", "id"], postgresql_where=ordered)
    op.create_index("delivery_workflow", "delivery", ["workflow_id", "id"])
    op.create_index("delivery_dead", "delivery", ["id"], postgresql_where=sa.text("state = 'dead'"))
    op.create_table(
        "delivery_attempt",
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latency_s", sa.Float(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("delivery_id", "number"),
    )
    op.create_table(
        "function_callback",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("author", sa.String(length=256), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("event", sa.Column("kind", sa.String(length=16), server_default=sa.text("'finish'"), nullable=False))
    op.create_index("event_created", "event", ["created_at"])
    op.add_column("job_progress", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(KEEP_DELIVERIES)
    op.execute(KEEP_ANSWERS)
    for column in ("delivered_at", "attempts", "last_answer"):
        op.drop_column("event", column)


def downgrade() -> None:
    op.drop_column("job_progress", "begun_at")
    op.add_column("event", sa.Column("last_answer", sa.Text(), server_default="", nullable=False))
    op.add_column("event", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("event", sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("event_created", table_name="event")
    op.drop_column("event", "kind")
    for table in ("function_callback", "delivery_attempt", "delivery"):
        op.drop_table(table)

"""indexes for the lists of runs and deliveries (by state, time, cause, words of the file's key); detection; imports"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"

FAILURE = """(jsonb_path_query_first(result, '$.items[*] ? (@.status == "FAIL").code') #>> '{}')"""
WORDS = (
    r"to_tsvector('simple'::regconfig, regexp_replace(source ->> 'key', "
    r"'([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])|[\u0001-/\u003a-@\u005b-\u0060{-\u007f]+', ' \1 ', 'g'))"
)


def upgrade() -> None:
    op.create_index("run_created", "run", ["created_at", "run_id"])
    op.create_index("run_state", "run", ["state", "created_at"])
    op.create_index("run_failed", "run", ["ended_at"], postgresql_where=sa.text("state = 'failed'"))
    op.create_index("run_error", "run", [sa.text("(error ->> 'code')")], postgresql_where=sa.text("error IS NOT NULL"))
    op.create_index("run_words", "run", [sa.text(WORDS)], postgresql_using="gin")
    failed = sa.text(f"{FAILURE} IS NOT NULL")
    op.create_index("job_result_failure", "job_result", [sa.text(FAILURE)], postgresql_where=failed)
    op.create_index("delivery_created", "delivery", ["created_at"])
    op.create_index("delivery_state", "delivery", ["state", "id"])
    op.drop_index("delivery_dead", "delivery")
    op.create_table(
        "detection_source",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("place", sa.Text(), primary_key=True),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", JSONB(none_as_null=True), nullable=True),
    )
    for column in (
        sa.Column("author", sa.String(256), nullable=False, server_default=sa.text("''")),
        sa.Column("outcomes", JSONB(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("definition_import", column)


def downgrade() -> None:
    for name in ("ended_at", "changed_at", "outcomes", "author"):
        op.drop_column("definition_import", name)
    op.drop_table("detection_source")
    op.create_index("delivery_dead", "delivery", ["id"], postgresql_where=sa.text("state = 'dead'"))
    op.drop_index("delivery_state", "delivery")
    op.drop_index("delivery_created", "delivery")
    op.drop_index("job_result_failure", "job_result")
    for name in ("run_words", "run_error", "run_failed", "run_state", "run_created"):
        op.drop_index(name, "run")

"""lists by a file's words: with the state in the words of a run, and the words in deliveries; errors of late add-ons"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0035"
down_revision = "0034"

SEPARATED = r"'([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])|[\u0001-/\u003a-@\u005b-\u0060{-\u007f]+', ' \1 ', 'g'"
WORDS = f"to_tsvector('simple'::regconfig, regexp_replace(source ->> 'key', {SEPARATED}))"
WITH_STATE = f"({WORDS} || array_to_tsvector(ARRAY['=' || coalesce(state, '')]))"


def upgrade() -> None:
    _replace_words(WITH_STATE)
    op.add_column("delivery", sa.Column("words", TSVECTOR(), nullable=True))
    of_run = WORDS.replace("source", "run.source")
    op.execute(
        f"UPDATE delivery SET words = {of_run} FROM event, run WHERE event.id = delivery.event_id "
        "AND run.workflow_id = event.workflow_id AND run.run_id = event.run_id AND run.source ->> 'key' IS NOT NULL"
    )
    op.create_index("delivery_words", "delivery", ["words"], postgresql_using="gin")
    op.add_column("upload_decision", sa.Column("join_error", JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("upload_decision", "join_error")
    op.drop_index("delivery_words", "delivery")
    op.drop_column("delivery", "words")
    _replace_words(WORDS)


def _replace_words(sql: str) -> None:
    op.drop_index("run_words", "run")
    op.drop_column("run", "words")
    op.add_column("run", sa.Column("words", TSVECTOR(), sa.Computed(sql, persisted=True), nullable=True))
    op.create_index("run_words", "run", ["words"], postgresql_using="gin")

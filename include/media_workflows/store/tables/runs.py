"""Runs, what they made, and what they are making now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Computed, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.domain.step_key import NOT_MAPPED
from media_workflows.store.key_words import tagged_words_sql
from media_workflows.store.tables.base import DAG_ID_LENGTH, RUN_ID_LENGTH, STEP_ID_LENGTH, Base, utcnow

CANCELLED = "Cancelled"  # in lists: the code in events, FailedOperation, is that of other causes, too
# The error code of the first failed item of a result, or NULL.
FAILURE_SQL = """(jsonb_path_query_first(result, '$.items[*] ? (@.status == "FAIL").code') #>> '{}')"""
# The error codes of a run, of the first failed item of each of its results, of its failed steps without media, and of
# its cancellation, unless that came too late.
CAUSES_SQL = f"""ARRAY(
    SELECT run.error ->> 'code' WHERE run.error ->> 'code' IS NOT NULL
    UNION SELECT {FAILURE_SQL} FROM job_result
        WHERE (job_result.workflow_id, job_result.run_id) = (run.workflow_id, run.run_id) AND {FAILURE_SQL} IS NOT NULL
    UNION SELECT result ->> 'code' FROM action_result
        WHERE (action_result.workflow_id, action_result.run_id) = (run.workflow_id, run.run_id)
        AND result ->> 'status' = 'FAIL'
    UNION SELECT '{CANCELLED}' FROM cancelled_run
        WHERE (cancelled_run.workflow_id, cancelled_run.run_id) = (run.workflow_id, run.run_id)
        AND run.state IS DISTINCT FROM 'success')"""


# Whether a result names outputs.
OUTPUTS_SQL = "jsonb_path_exists(result, '$.items[*].outputs[*]')"
WORDS_SQL = tagged_words_sql("source ->> 'key'", "state")


class RunRow(Base):
    """A run: what it works on, as its upload sensor found it, and its state as Airflow shows it.

    `error` is a problem of the source itself, or why the run was never finished. `revision` None = it never got to its
    sensor. `state` None = not copied from Airflow yet. `tasks` are the tasks by id once it has ended; `changed_at` is
    the time of Airflow's last change of it. `causes` are the error codes of the run and its items. What it processed
    is stored once it has ended: `source_bytes` is the size of the source, `output_bytes` that of all outputs;
    `read_bytes` and `made_bytes` are what its steps read, and made themselves; `saved_bytes` is by how much its largest
    transcoded file is smaller than the source, None = it has none; `worker_s` are the seconds of its steps, `cpu_s`
    their processor seconds, `ffmpeg_s` those of the commands that its results list; items were made, reused from an
    earlier run, or failed. `reserved` is what it will use by its estimate, where its workflow has a budget. `words` are
    those of the source's key, with the state.
    """

    __tablename__ = "run"
    __table_args__ = (
        # In the whole order of lists, so that a page is the first rows; with the columns that their counts read.
        Index("run_newest", "workflow_id", "created_at", "run_id", postgresql_include=["state"]),
        Index("run_created", "created_at", "run_id", postgresql_include=["workflow_id", "state"]),
        Index("run_state", "state", "created_at", "run_id", postgresql_include=["workflow_id"]),
        Index("run_workflow_state", "workflow_id", "state", "created_at", "run_id"),
        Index("run_changed", "changed_at"),
        Index("run_by_id", "run_id"),
        Index("run_source", "workflow_id", text("(source ->> 'key')")),
        Index("run_ended", "ended_at"),
        Index("run_failed", "ended_at", postgresql_where=text("state = 'failed'")),
        Index(
            "run_caused",
            "created_at",
            "run_id",
            postgresql_include=["workflow_id", "state", "causes"],
            postgresql_where=text("causes <> '{}'"),
        ),
        Index("run_causes", "causes", postgresql_using="gin"),
        Index("run_words", "words", postgresql_using="gin"),
    )

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    revision: Mapped[int | None] = mapped_column(default=None)
    source: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    state: Mapped[str | None] = mapped_column(String(16), default=None)
    queued_at: Mapped[datetime | None] = mapped_column(default=None)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    changed_at: Mapped[datetime | None] = mapped_column(default=None)
    tasks: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    causes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    source_bytes: Mapped[int | None] = mapped_column(BigInteger, default=None)
    output_bytes: Mapped[int | None] = mapped_column(BigInteger, default=None)
    read_bytes: Mapped[int | None] = mapped_column(BigInteger, default=None)
    made_bytes: Mapped[int | None] = mapped_column(BigInteger, default=None)
    saved_bytes: Mapped[int | None] = mapped_column(BigInteger, default=None)
    worker_s: Mapped[float | None] = mapped_column(default=None)
    cpu_s: Mapped[float | None] = mapped_column(default=None)
    ffmpeg_s: Mapped[float | None] = mapped_column(default=None)
    items_made: Mapped[int | None] = mapped_column(default=None)
    items_reused: Mapped[int | None] = mapped_column(default=None)
    items_failed: Mapped[int | None] = mapped_column(default=None)
    reserved: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    words: Mapped[str | None] = mapped_column(TSVECTOR, Computed(WORDS_SQL, persisted=True))


class RunSearchRow(Base):
    """The last search for runs that have changed in Airflow: at most one row.

    `newest_id` is Airflow's number of the newest run that was copied.
    """

    __tablename__ = "run_search"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[datetime]
    newest_id: Mapped[int] = mapped_column(BigInteger)


class JobResultRow(Base):
    """The latest result of one step of a run. `map_index` is -1 where the step is not mapped."""

    __tablename__ = "job_result"
    # For the outputs whose days are over: most old results have none any more.
    __table_args__ = (
        Index("job_result_with_outputs", "workflow_id", "updated_at", postgresql_where=text(OUTPUTS_SQL)),
    )

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    step_id: Mapped[str] = mapped_column(String(STEP_ID_LENGTH), primary_key=True)
    map_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)


class JobProgressRow(Base):
    """How far a step is: its latest try and when that began, the phase it is in, and ffmpeg's own figures.

    `moved_at` is when these last grew, or the phase began; None = recorded by a version that did not note it.
    """

    __tablename__ = "job_progress"

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    step_id: Mapped[str] = mapped_column(String(STEP_ID_LENGTH), primary_key=True)
    map_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(64))
    try_number: Mapped[int]
    begun_at: Mapped[datetime | None]
    phase: Mapped[str] = mapped_column(String(16))
    percent: Mapped[float]
    fps: Mapped[float | None]
    speed: Mapped[float | None]
    eta_s: Mapped[float | None]
    updated_at: Mapped[datetime]
    moved_at: Mapped[datetime | None] = mapped_column(default=None)


class CancelledRunRow(Base):
    """A run that a user cancelled through us; a step that starts after that was started again."""

    __tablename__ = "cancelled_run"

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    cancelled_by: Mapped[str] = mapped_column(String(256))
    cancelled_at: Mapped[datetime] = mapped_column(default=utcnow)


class StepDecisionRow(Base):
    """Whether a step of a graph ran or was skipped, and why."""

    __tablename__ = "step_decision"

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    step_id: Mapped[str] = mapped_column(String(STEP_ID_LENGTH), primary_key=True)
    decision: Mapped[dict[str, Any]]
    decided_at: Mapped[datetime]


class SourcePropertiesRow(Base):
    """What conditions of a run have read of its source; `etag` names the content."""

    __tablename__ = "source_facts"  # the stored name of earlier versions

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    etag: Mapped[str] = mapped_column(Text)
    properties: Mapped[dict[str, Any]] = mapped_column("facts", key="properties")  # as statements name it
    read_at: Mapped[datetime]


class ActionResultRow(Base):
    """The latest result of one step of a run that makes no media."""

    __tablename__ = "action_result"

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    step_id: Mapped[str] = mapped_column(String(STEP_ID_LENGTH), primary_key=True)
    result: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class MadeItemRow(Base):
    """An item that was made: of which bytes, by which reuse key, and the outputs. One row for each place it lies in.

    `bucket` and `key` are those of its first output; `step_id` is '' in rows of versions without steps.
    """

    __tablename__ = "made_item"
    __table_args__ = (Index("made_item_key", "key", postgresql_ops={"key": "text_pattern_ops"}),)

    content_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    reuse_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH))
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH))
    step_id: Mapped[str] = mapped_column(String(STEP_ID_LENGTH), default="")
    map_index: Mapped[int] = mapped_column(default=NOT_MAPPED)
    outputs: Mapped[list[dict[str, Any]]]
    notices: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)


class UnpublishedRow(Base):
    """A bucket in which a run may have outputs that are to be published together with the others of the run."""

    __tablename__ = "unpublished"

    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)


class OutputClaimRow(Base):
    """A step that is publishing to an output key now: two steps never write one key at the same time."""

    __tablename__ = "output_claim"

    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH))
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH))
    step_id: Mapped[str] = mapped_column(String(STEP_ID_LENGTH))
    map_index: Mapped[int]
    claimed_at: Mapped[datetime] = mapped_column(default=utcnow)


class PendingUploadRow(Base):
    """A multipart upload begun and not yet ended: the next try of a killed step finds it here and aborts it."""

    __tablename__ = "pending_upload"
    __table_args__ = (Index("pending_upload_step", "workflow_id", "run_id", "step_id", "map_index"),)

    upload_id: Mapped[str] = mapped_column(Text, primary_key=True)
    bucket: Mapped[str] = mapped_column(String(63))
    key: Mapped[str] = mapped_column(Text)
    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH))
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH))
    step_id: Mapped[str] = mapped_column(String(STEP_ID_LENGTH))
    map_index: Mapped[int]

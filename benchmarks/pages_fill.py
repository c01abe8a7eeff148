"""Fills the store and Airflow's database as months of use do, by SQL: through the API it would take hours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from benchmarks.product import definition
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.domain.workflow import parse_workflow
from media_workflows.store.engine import get_engine, make_engine
from media_workflows.store.key_words import words_sql

BUSY = "wf_000000000001"
CAUSE = "SourceFileError"  # of each 20th run
INTERVAL_S = 20.0  # from run to run
_WORKFLOW = "'wf_' || lpad(to_hex(n), 12, '0')"
# Run n: the first fifth is the busy workflow's, the others are spread.
_OWNER = f"CASE WHEN n <= :runs / 5 THEN '{BUSY}' ELSE 'wf_' || lpad(to_hex(1 + n % :workflows), 12, '0') END"
_RUN = "'upload__' || n"
# Each key has "clip", "mp4" and one of 200 words; those of the oldest fifteenth have "old".
_KEY = "'in/clip-' || n || '-w' || n % 200 || CASE WHEN n <= :runs / 15 THEN '-old' ELSE '' END || '.mp4'"
_NOW = "cast(:now AS timestamptz)"
_TIME = f"{_NOW} - (:runs - n) * :interval_s * interval '1 second'"
# Of the newest 300 runs, 40 run and the others wait.
_STATE = (
    "CASE WHEN n > :runs - 260 THEN 'queued' WHEN n > :runs - 300 THEN 'running' "
    "WHEN n % 20 = 0 THEN 'failed' ELSE 'success' END"
)
_STARTED = f"CASE WHEN n <= :runs - 260 THEN {_TIME} END"
_ENDED = f"CASE WHEN n <= :runs - 300 THEN {_TIME} END"
# Of 200 deliveries, one was given up, after an answer of 503, and one waits.
_DELIVERY = "CASE n % 200 WHEN 7 THEN 'dead' WHEN 8 THEN 'pending' ELSE 'delivered' END"

STORE = (
    f"""INSERT INTO workflow (id, name, revision, trigger_bucket, trigger_prefix, created_at, updated_at, enabled_at,
            enabled)
        SELECT {_WORKFLOW}, 'workflow-' || n, 1, CASE WHEN n % 10 = 0 THEN 'bucket-' || n % 70 ELSE :bucket END,
            'in-' || n || '/', {_NOW} - n * interval '1 minute', {_NOW}, {_NOW}, n % 2 = 1
        FROM generate_series(1, :workflows) n""",
    f"""INSERT INTO revision (workflow_id, number, sequence, definition, author, created_at)
        SELECT {_WORKFLOW}, 1, n, jsonb_set(cast(:definition AS jsonb), '{{name}}', to_jsonb('workflow-' || n)),
            'bench', {_NOW} FROM generate_series(1, :workflows) n""",
    f"""INSERT INTO run (workflow_id, run_id, revision, source, created_at, state, queued_at, started_at, ended_at,
            changed_at, causes, source_bytes, output_bytes, worker_s)
        SELECT {_OWNER}, {_RUN}, 1, jsonb_set(cast(:source AS jsonb), '{{key}}', to_jsonb({_KEY})), {_TIME}, {_STATE},
            {_TIME}, {_STARTED}, {_ENDED}, {_TIME},
            CASE WHEN {_STATE} = 'failed' THEN ARRAY['{CAUSE}'] ELSE ARRAY[]::text[] END, 10000000, 100000, 2
        FROM generate_series(1, :runs) n""",
    f"""INSERT INTO job_result (workflow_id, run_id, step_id, map_index, kind, result, updated_at)
        SELECT {_OWNER}, {_RUN}, 'snapshot_by_time_offset', -1, 'snapshot_by_time_offset',
            CASE WHEN n % 20 = 0 THEN cast(:failure AS jsonb) ELSE cast(:result AS jsonb) END, {_TIME}
        FROM generate_series(1, :runs - 300) n""",
    f"""INSERT INTO upload_decision (bucket, key, identity, workflow_id, outcome, rule, run_id, source, decided_at)
        SELECT :bucket, {_KEY}, n, {_OWNER}, 'fired', 'matched', {_RUN}, 'queue', {_TIME}
        FROM generate_series(1, :runs) n""",
    f"""INSERT INTO event (id, workflow_id, run_id, body, created_at)
        SELECT 'e' || n, {_OWNER}, {_RUN}, repeat(md5(n::text), 20), {_TIME} FROM generate_series(1, :runs) n""",
    f"""INSERT INTO delivery (event_id, workflow_id, role, target, receiver, ordered, state, due_at, give_up_at, tries,
            attempts, last_status, created_at, ended_at, words)
        SELECT 'e' || n, {_OWNER}, 'workflow', '{{"type": "http", "url": "https://receiver.example/"}}', '', false,
            {_DELIVERY}, {_TIME}, {_TIME}, 1, 1, CASE WHEN {_DELIVERY} = 'delivered' THEN 200 ELSE 503 END, {_TIME},
            {_TIME}, {words_sql(_KEY)}
        FROM generate_series(1, :runs) n""",
    """INSERT INTO delivery_attempt (delivery_id, number, begun_at, latency_s, status, answer, error)
        SELECT id, 1, created_at, 0.1, CASE state WHEN 'delivered' THEN 200 ELSE 503 END, '',
            CASE state WHEN 'delivered' THEN '' ELSE 'the receiver answered 503' END FROM delivery""",
    f"""INSERT INTO backfill (id, workflow_id, bucket, filters, max_at_once, start_when_counted, state, problem,
            created_by, created_at, running_s, cursor, listed, total, total_bytes, active, finished, failed, skipped,
            minute_starts)
        SELECT 'bf_' || n, {_WORKFLOW}, :bucket, '{{}}', 2, true, 'finished', '', 'bench',
            {_NOW} - n * interval '1 hour', 60, '', 100, 100, 1000000, 0, 100, 0, 0, 0
        FROM generate_series(1, least(:workflows, 1000)) n""",
)
AIRFLOW = (
    "INSERT INTO dag_bundle (name, active) VALUES ('media_workflows', true) ON CONFLICT DO NOTHING",
    f"""INSERT INTO dag (dag_id, is_paused, is_stale, bundle_name, fileloc, relative_fileloc, timetable_type,
            partition_mapper_info, max_active_tasks, max_consecutive_failed_dag_runs, has_task_concurrency_limits)
        SELECT {_WORKFLOW}, n % 2 = 0, false, 'media_workflows', {_WORKFLOW} || '.py', {_WORKFLOW} || '.py', '', '[]',
            16, 0, false FROM generate_series(1, :workflows) n""",
    f"""INSERT INTO dag_run (dag_id, run_id, run_type, run_after, created_at, updated_at, queued_at, start_date,
            end_date, state, conf)
        SELECT {_OWNER}, {_RUN}, 'manual', {_TIME}, {_TIME}, {_TIME}, {_TIME}, {_STARTED}, {_ENDED}, {_STATE},
            jsonb_build_object('upload', jsonb_build_object('key', {_KEY}, 'etag', md5(n::text)))
        FROM generate_series(1, :runs) n""",
)


def fill(airflow_url: str, workflows: int, runs: int, interval_s: float = INTERVAL_S) -> None:
    """Both databases, and their statistics brought up to date, as autovacuum does; `interval_s` from run to run.

    In one moment for both: else the first copy would find that each run differs.
    """
    values = _values(workflows, runs) | {"interval_s": interval_s}
    for engine, statements in ((get_engine(), STORE), (make_engine(airflow_url), AIRFLOW)):
        _fill(engine, statements, values)


def fill_store(workflows: int, runs: int) -> None:
    """The store alone, without Airflow's database, and its statistics."""
    _fill(get_engine(), STORE, _values(workflows, runs))


def fill_workflows(workflows: int) -> None:
    """The store alone, with nothing but these workflows, each at its first revision."""
    values = _values(workflows, 0)
    with get_engine().begin() as connection:
        for statement in STORE[:2]:
            _execute(connection, statement, values)


def _values(workflows: int, runs: int) -> dict[str, Any]:
    return {"workflows": workflows, "runs": runs, "interval_s": INTERVAL_S, "now": datetime.now(UTC), **_bodies()}


def _fill(engine: Engine, statements: Sequence[str], values: dict[str, Any]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            _execute(connection, statement, values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _execute(connection: Connection, statement: str, values: dict[str, Any]) -> None:
    connection.execute(text(statement), {name: value for name, value in values.items() if f":{name}" in statement})


def _bodies() -> dict[str, str]:
    asked = definition("workflow")
    source = SourceObject(bucket=asked["trigger"]["bucket"], key="in/a.mp4", etag="e" * 32, size_bytes=10**7)
    picture = OutputRecord(bucket=asked["output"]["bucket"], key="out/a.jpg", size_bytes=10**5, md5="0" * 32)
    item = ItemResult(item={}, definition=10, status="SUCCESS", outputs=(picture,))
    now = datetime.now(UTC)
    result = JobResult(kind="snapshot_by_time_offset", begun_at=now, finished_at=now, source=None, items=(item,))
    failed = item.model_copy(update={"status": "FAIL", "code": CAUSE, "message": "not a video", "outputs": ()})
    return {
        "bucket": asked["trigger"]["bucket"],
        "definition": json.dumps(parse_workflow(asked).model_dump(mode="json")),
        "source": source.model_dump_json(),
        "result": result.model_dump_json(),
        "failure": result.model_copy(update={"items": (failed,)}).model_dump_json(),
    }

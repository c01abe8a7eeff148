"""Fills the store and Airflow's database as months of use do, by SQL: through the API it would take hours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from benchmarks.product import definition
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.domain.workflow import parse_workflow
from media_workflows.store.engine import get_engine, make_engine

BUSY = "wf_000000000001"
CAUSE = "SourceFileError"  # of each 20th run
_WORKFLOW = "'wf_' || lpad(to_hex(n), 12, '0')"
# Run n: the first fifth is the busy workflow's, the others are spread.
_OWNER = f"CASE WHEN n <= :runs / 5 THEN '{BUSY}' ELSE 'wf_' || lpad(to_hex(1 + n % :workflows), 12, '0') END"
_RUN = "'upload__' || n"
# Each key has "clip", "mp4" and one of 200 words; those of the oldest fifteenth have "old".
_KEY = "'in/clip-' || n || '-w' || n % 200 || CASE WHEN n <= :runs / 15 THEN '-old' ELSE '' END || '.mp4'"
_TIME = "now() - (:runs - n) * interval '20 seconds'"

STORE = (
    f"""INSERT INTO workflow (id, name, revision, trigger_bucket, trigger_prefix, created_at, updated_at, enabled_at)
        SELECT {_WORKFLOW}, 'workflow-' || n, 1, :bucket, 'in-' || n || '/', now() - n * interval '1 minute', now(),
            now() FROM generate_series(1, :workflows) n""",
    f"""INSERT INTO revision (workflow_id, number, sequence, definition, author, created_at)
        SELECT {_WORKFLOW}, 1, n, jsonb_set(cast(:definition AS jsonb), '{{name}}', to_jsonb('workflow-' || n)),
            'bench', now() FROM generate_series(1, :workflows) n""",
    f"""INSERT INTO run (workflow_id, run_id, revision, source, created_at)
        SELECT {_OWNER}, {_RUN}, 1, jsonb_set(cast(:source AS jsonb), '{{key}}', to_jsonb({_KEY})), {_TIME}
        FROM generate_series(1, :runs) n""",
    f"""INSERT INTO job_result (workflow_id, run_id, step_id, map_index, kind, result, updated_at)
        SELECT {_OWNER}, {_RUN}, 'snapshot_by_time_offset', -1, 'snapshot_by_time_offset',
            CASE WHEN n % 20 = 0 THEN cast(:failure AS jsonb) ELSE cast(:result AS jsonb) END, {_TIME}
        FROM generate_series(1, :runs) n""",
    f"""INSERT INTO upload_decision (bucket, key, identity, workflow_id, outcome, rule, run_id, source, decided_at)
        SELECT :bucket, 'in/' || n, n, {_OWNER}, 'fired', 'matched', {_RUN}, 'queue', {_TIME}
        FROM generate_series(1, :runs) n""",
    f"""INSERT INTO event (id, workflow_id, run_id, body, created_at)
        SELECT 'e' || n, {_OWNER}, {_RUN}, repeat('x', 2000), {_TIME} FROM generate_series(1, :runs) n""",
    f"""INSERT INTO delivery (event_id, workflow_id, role, target, receiver, ordered, state, due_at, give_up_at, tries,
            attempts, created_at)
        SELECT 'e' || n, {_OWNER}, 'workflow', '{{}}', '', false, 'delivered', {_TIME}, {_TIME}, 1, 1, {_TIME}
        FROM generate_series(1, :runs) n""",
)
AIRFLOW = (
    "INSERT INTO dag_bundle (name, active) VALUES ('media_workflows', true) ON CONFLICT DO NOTHING",
    f"""INSERT INTO dag (dag_id, is_paused, is_stale, bundle_name, fileloc, relative_fileloc, timetable_type,
            partition_mapper_info, max_active_tasks, max_consecutive_failed_dag_runs, has_task_concurrency_limits)
        SELECT {_WORKFLOW}, n % 2 = 0, false, 'media_workflows', {_WORKFLOW} || '.py', {_WORKFLOW} || '.py', '', '[]',
            16, 0, false FROM generate_series(1, :workflows) n""",
    f"""INSERT INTO dag_run (dag_id, run_id, run_type, run_after, queued_at, start_date, end_date, state)
        SELECT {_OWNER}, {_RUN}, 'manual', {_TIME}, {_TIME}, {_TIME}, {_TIME},
            CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'success' END FROM generate_series(1, :runs) n""",
)


def fill(airflow_url: str, workflows: int, runs: int) -> None:
    """Both databases, and their statistics brought up to date, as autovacuum does."""
    values = {"workflows": workflows, "runs": runs, **_bodies()}
    for engine, statements in ((get_engine(), STORE), (make_engine(airflow_url), AIRFLOW)):
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

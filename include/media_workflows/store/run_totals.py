"""What ended runs processed: bytes, and the time of workers and processors. Summed once: results are large."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ARRAY, String, bindparam, text
from sqlalchemy.orm import Session

from media_workflows.store.runs import RunKey

_STORE = text(
    """
    WITH ended AS MATERIALIZED (
        SELECT run.workflow_id, run.run_id, (run.source ->> 'size_bytes')::bigint AS source_bytes
        FROM run JOIN unnest(:workflows, :runs) AS named (workflow_id, run_id) USING (workflow_id, run_id)
        WHERE run.ended_at IS NOT NULL
    ), found AS (
        SELECT ended.workflow_id, ended.run_id, ended.source_bytes, coalesce(sum(made.bytes), 0) AS output_bytes,
            ended.source_bytes - max(made.largest) AS saved_bytes,
            coalesce(sum(extract(epoch FROM (job.result ->> 'finished_at')::timestamptz
                - (job.result ->> 'begun_at')::timestamptz)), 0) AS worker_s,
            coalesce(sum((job.result #>> '{usage,cpu_s}')::float), 0) AS cpu_s
        FROM ended
        LEFT JOIN job_result job ON job.workflow_id = ended.workflow_id AND job.run_id = ended.run_id
        LEFT JOIN LATERAL (
            SELECT sum((output ->> 'size_bytes')::bigint) AS bytes,
                CASE WHEN job.kind = 'transcode' THEN max((output ->> 'size_bytes')::bigint) END AS largest
            FROM jsonb_path_query(job.result, '$.items[*].outputs[*]') output
        ) made ON true
        GROUP BY ended.workflow_id, ended.run_id, ended.source_bytes
    )
    UPDATE run SET source_bytes = found.source_bytes, output_bytes = found.output_bytes,
        saved_bytes = found.saved_bytes, worker_s = found.worker_s, cpu_s = found.cpu_s
    FROM found WHERE run.workflow_id = found.workflow_id AND run.run_id = found.run_id
    """
).bindparams(bindparam("workflows", type_=ARRAY(String)), bindparam("runs", type_=ARRAY(String)))


def store_totals(session: Session, runs: Sequence[RunKey]) -> None:
    """Store the totals of those of these runs that have ended."""
    if runs:
        session.execute(_STORE, {"workflows": [run[0] for run in runs], "runs": [run[1] for run in runs]})

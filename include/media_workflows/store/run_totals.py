"""What ended runs processed: bytes, items, and the time of workers and processors. Summed once: results are large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, String, bindparam, func, text
from sqlalchemy.orm import Session

from media_workflows.store.runs import RunKey
from media_workflows.store.tables import RunRow

# What steps read besides the source, and when that counts, is as in `domain.costs.run_usage`.
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
            coalesce(sum((job.result #>> '{usage,cpu_s}')::float), 0) AS cpu_s,
            CASE WHEN bool_or(used.bytes_in > 0) THEN coalesce(ended.source_bytes, 0) ELSE 0 END
                + coalesce(sum(used.bytes_besides), 0) AS read_bytes,
            coalesce(sum(used.bytes_out), 0) AS made_bytes, coalesce(sum(ran.ffmpeg_s), 0) AS ffmpeg_s,
            coalesce(sum(items.made), 0) AS items_made,
            coalesce(sum(items.reused), 0) AS items_reused, coalesce(sum(items.failed), 0) AS items_failed
        FROM ended
        LEFT JOIN job_result job ON job.workflow_id = ended.workflow_id AND job.run_id = ended.run_id
        LEFT JOIN LATERAL (
            SELECT sum((output ->> 'size_bytes')::bigint) AS bytes,
                CASE WHEN job.kind = 'transcode' THEN max((output ->> 'size_bytes')::bigint) END AS largest
            FROM jsonb_path_query(job.result, '$.items[*].outputs[*]') output
        ) made ON true
        LEFT JOIN LATERAL (
            SELECT bytes_in, (job.result #>> '{usage,bytes_out}')::bigint AS bytes_out,
                CASE WHEN job.result -> 'source' = 'null' AND job.result @? '$.items[*] ? (@.status == "SUCCESS")'
                    THEN bytes_in ELSE greatest(bytes_in - coalesce(ended.source_bytes, 0), 0) END AS bytes_besides
            FROM CAST(job.result #>> '{usage,bytes_in}' AS bigint) bytes_in
        ) used ON true
        LEFT JOIN LATERAL (
            SELECT sum((command ->> 'took_s')::float) AS ffmpeg_s
            FROM jsonb_path_query(job.result, '$.commands[*]') command
        ) ran ON true
        LEFT JOIN LATERAL (
            SELECT count(*) FILTER (WHERE item ->> 'status' = 'SUCCESS' AND item ->> 'reused' IS NULL) AS made,
                count(*) FILTER (WHERE item ->> 'status' = 'SUCCESS' AND item ->> 'reused' IS NOT NULL) AS reused,
                count(*) FILTER (WHERE item ->> 'status' = 'FAIL') AS failed
            FROM jsonb_path_query(job.result, '$.items[*]') item
        ) items ON true
        GROUP BY ended.workflow_id, ended.run_id, ended.source_bytes
    )
    UPDATE run SET source_bytes = found.source_bytes, output_bytes = found.output_bytes,
        saved_bytes = found.saved_bytes, worker_s = found.worker_s, cpu_s = found.cpu_s, ffmpeg_s = found.ffmpeg_s,
        read_bytes = found.read_bytes, made_bytes = found.made_bytes,
        items_made = found.items_made, items_reused = found.items_reused, items_failed = found.items_failed
    FROM found WHERE run.workflow_id = found.workflow_id AND run.run_id = found.run_id
    """
).bindparams(bindparam("workflows", type_=ARRAY(String)), bindparam("runs", type_=ARRAY(String)))


def store_totals(session: Session, runs: Sequence[RunKey]) -> None:
    """Store the totals of those of these runs that have ended."""
    if runs:
        session.execute(_STORE, {"workflows": [run[0] for run in runs], "runs": [run[1] for run in runs]})


def usage_sums() -> list[ColumnElement[Any]]:
    """What ended runs used, as columns of a query: processor and step seconds, bytes read and bytes made.

    A run that ended in a version which did not record these counts with its source and all of its outputs.
    """
    used = (
        RunRow.cpu_s,
        RunRow.worker_s,
        func.coalesce(RunRow.read_bytes, RunRow.source_bytes),
        func.coalesce(RunRow.made_bytes, RunRow.output_bytes),
    )
    return [func.coalesce(func.sum(column), 0) for column in used]

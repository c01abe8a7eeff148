"""What runs used: that of past runs of a workflow by step, and totals by workflow and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.costs.learned import PastStep, SourceWork
from media_workflows.domain.media_info import MediaInfo
from media_workflows.store.engine import one_of
from media_workflows.store.run_totals import usage_sums
from media_workflows.store.tables import RunRow
from media_workflows.store.workflows import names_of

LEARNED_RUNS = 50  # the newest ones

# Steps that made all of their items themselves. What the source is, is known to the steps that read it. A version that
# did not record the processor time of all commands has that of the last ones in its results.
_PAST = text(
    """
    WITH past AS (
        SELECT workflow_id, run_id FROM run
        WHERE workflow_id = :workflow_id AND revision = :revision AND state = 'success'
        ORDER BY created_at DESC, run_id DESC LIMIT :runs
    )
    SELECT job.step_id, source.info, (job.result #>> '{usage,cpu_s}')::float AS cpu_s,
        (job.result #>> '{usage,wall_s}')::float AS wall_s, (job.result #>> '{usage,bytes_out}')::bigint AS bytes_out,
        coalesce(
            (job.result #>> '{usage,commands_cpu_s}')::float,
            (SELECT sum((ran ->> 'cpu_s')::float) FROM jsonb_array_elements(job.result -> 'commands') ran)
        ) AS commands_cpu_s
    FROM past JOIN job_result job USING (workflow_id, run_id)
    JOIN LATERAL (
        SELECT other.result -> 'source' AS info FROM job_result other
        WHERE other.workflow_id = past.workflow_id AND other.run_id = past.run_id
            AND (other.result #>> '{source,duration_s}')::float > 0
        LIMIT 1
    ) source ON true
    WHERE job.result ? 'usage'
        AND NOT job.result @? '$.items[*] ? (@.status == "FAIL" || @.reused != null)'
    """
)


class MonthTotal(Model):
    """What the runs of a workflow that ended in a month used; `month` is its first day in UTC, as '2026-11'.

    `cpu_s` and `worker_s` are seconds of processors and of steps. `workflow_name` None = the store does not have it.
    """

    workflow_id: str
    workflow_name: str | None
    month: str
    runs: int
    cpu_s: float
    worker_s: float
    bytes_in: int
    bytes_out: int


def past_steps(session: Session, workflow_id: str, revision: int) -> dict[str, list[PastStep]]:
    """What each step used in the newest successful runs of a revision, by step id."""
    asked = {"workflow_id": workflow_id, "revision": revision, "runs": LEARNED_RUNS}
    found: dict[str, list[PastStep]] = defaultdict(list)
    for step_id, info, cpu_s, wall_s, bytes_out, commands_cpu_s in session.execute(_PAST, asked):
        source = SourceWork.of(MediaInfo.model_validate(info))
        found[step_id].append(PastStep(source, cpu_s, wall_s, bytes_out, commands_cpu_s or 0.0))
    return dict(found)


def month_totals(session: Session, workflow_ids: Collection[str] | None, since: datetime) -> list[MonthTotal]:
    """The totals of these workflows (None = all), the newest month first; within one, who used most processor time."""
    month = func.to_char(func.timezone("UTC", RunRow.ended_at), "YYYY-MM")
    sums = usage_sums()
    query = select(RunRow.workflow_id, month, func.count(), *sums)
    query = query.where(RunRow.ended_at >= since)
    if workflow_ids is not None:
        query = query.where(one_of(RunRow.workflow_id, workflow_ids))
    rows = session.execute(query.group_by(RunRow.workflow_id, month).order_by(month.desc(), sums[0].desc())).all()
    names = names_of(session, {row[0] for row in rows})
    return [
        MonthTotal(
            workflow_id=id_,
            workflow_name=names.get(id_),
            month=when,
            runs=runs,
            cpu_s=round(cpu_s, 2),
            worker_s=round(worker_s, 2),
            bytes_in=bytes_in,
            bytes_out=bytes_out,
        )
        for id_, when, runs, cpu_s, worker_s, bytes_in, bytes_out in rows
    ]

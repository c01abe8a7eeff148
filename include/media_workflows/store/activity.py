"""What workflows did in the last hours: their runs by hour, and what these processed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.store.engine import one_of
from media_workflows.store.tables import RunRow
from media_workflows.store.workflows import names_of

HOUR_S = 3600
BUSIEST = 20  # workflows


class Volume(Model):
    """What the runs that ended since a time processed.

    `saved_bytes` is by how much the largest transcoded file of each run is smaller than its source.
    """

    runs: int = 0
    failed: int = 0
    source_bytes: int = 0
    output_bytes: int = 0
    saved_bytes: int = 0
    worker_s: float = 0.0


class WorkflowActivity(Model):
    """The ended runs of a workflow, and those of each hour, the oldest first, as (runs, failed ones)."""

    workflow_id: str
    workflow_name: str | None
    runs: int
    failed: int
    hours: tuple[tuple[int, int], ...]


class Activity(Model):
    """The volume of all workflows, and of at most BUSIEST the hours: which failed most, then which ran most."""

    volume: Volume
    workflows: tuple[WorkflowActivity, ...]


_SUMS = ("source_bytes", "output_bytes", "saved_bytes", "worker_s")
_RUNS, _FAILED = func.count(), func.count().filter(RunRow.state == "failed")


def activity(session: Session, workflow_ids: Collection[str], since: datetime, hours: int) -> Activity:
    """What ended since a time, which is this many hours ago."""
    ended = [one_of(RunRow.workflow_id, workflow_ids), RunRow.ended_at >= since]
    sums = [func.coalesce(func.sum(getattr(RunRow, name)), 0) for name in _SUMS]
    query = select(RunRow.workflow_id, _RUNS, _FAILED, *sums).where(*ended).group_by(func.rollup(RunRow.workflow_id))
    # The row of all workflows, whose id is NULL, is the first.
    order = (RunRow.workflow_id.is_(None).desc(), _FAILED.desc(), _RUNS.desc(), RunRow.workflow_id)
    everything, *busiest = session.execute(query.order_by(*order).limit(1 + BUSIEST)).all()
    counts = {workflow_id: (runs, failed) for workflow_id, runs, failed, *_ in busiest}
    names = names_of(session, counts)
    by_hour = _by_hour(session, [one_of(RunRow.workflow_id, counts), RunRow.ended_at >= since], since, hours)
    return Activity(
        volume=Volume.model_validate(dict(zip(("runs", "failed", *_SUMS), everything[1:], strict=True))),
        workflows=tuple(
            WorkflowActivity(
                workflow_id=id_, workflow_name=names.get(id_), runs=runs, failed=failed, hours=tuple(by_hour[id_])
            )
            for id_, (runs, failed) in counts.items()
        ),
    )


def _by_hour(
    session: Session, ended: list[ColumnElement[bool]], since: datetime, hours: int
) -> dict[str, list[tuple[int, int]]]:
    passed_s = func.extract("epoch", RunRow.ended_at - since)
    hour = func.least(func.floor(passed_s / HOUR_S), hours - 1).label("hour")  # the clocks of machines differ
    query = select(RunRow.workflow_id, hour, _RUNS, _FAILED).where(*ended).group_by(RunRow.workflow_id, hour)
    found: dict[str, list[tuple[int, int]]] = defaultdict(lambda: [(0, 0)] * hours)
    for workflow_id, number, runs, failed in session.execute(query):
        found[workflow_id][int(number)] = (runs, failed)
    return found

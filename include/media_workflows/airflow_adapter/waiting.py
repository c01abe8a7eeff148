"""What tasks and runs wait for: a person, a slot of a pool, a worker, or the end of other runs of their workflow.

Works where Airflow allows its ORM: the api-server and the command line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from media_workflows.airflow_adapter.dag_state import airflow_session
from media_workflows.airflow_adapter.planned_tasks import DEFAULT_POOL
from media_workflows.airflow_adapter.questions import questions_of_runs
from media_workflows.domain.waiting import Waiting
from media_workflows.settings import Settings, get_settings
from media_workflows.store.runs import RunKey
from media_workflows.store.tables import utcnow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

RUN = ""  # in place of a task's id: the run itself
MOST = 1_000  # tasks that are read to count those ahead
MOMENT = timedelta(seconds=5)  # in which a scheduler and a worker take what is not held up


class _Task(NamedTuple):
    """A task that waits or runs. Pools start those of the highest priority first, then those of the oldest run."""

    workflow_id: str
    run_id: str
    task_id: str
    state: str
    pool: str
    queue: str
    weight: int
    slots: int
    run_after: datetime | None
    changed_at: datetime | None

    @property
    def place(self) -> tuple[bool, int, datetime | None, str]:
        return self.run_after is None, -self.weight, self.run_after, self.task_id


def waits(runs: Collection[RunKey]) -> dict[RunKey, dict[str, Waiting]]:
    """What these runs and their tasks wait for, by task id or RUN; those that wait for nothing are left out.

    Of each run, what waits for a person comes first.
    """
    if not runs:
        return {}
    found: dict[RunKey, dict[str, Waiting]] = defaultdict(dict)
    with airflow_session() as session:
        for one in questions_of_runs(session, runs):
            waiting = Waiting(reason="approval", place=one.task_id, ahead=0, question=one.text)
            found[one.workflow_id, one.run_id][one.task_id] = waiting
        for key, waiting in _runs(session, runs):
            found[key][RUN] = waiting
        asked = _tasks_of(session, runs)
        for task, waiting in (*_for_slots(session, asked), *_for_workers(session, asked)):
            found[task.workflow_id, task.run_id][task.task_id] = waiting
    return dict(found)


def _runs(session: Session, runs: Collection[RunKey]) -> Iterable[tuple[RunKey, Waiting]]:
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from sqlalchemy import func, select, tuple_

    key = (DagRun.dag_id, DagRun.run_id)
    queued = session.execute(select(*key).where(tuple_(*key).in_(runs), DagRun.state == "queued")).all()
    ids = {workflow_id for workflow_id, _ in queued}
    if not ids:
        return []
    running = select(DagRun.dag_id, func.count()).where(DagRun.dag_id.in_(ids), DagRun.state == "running")
    counts = dict(session.execute(running.group_by(DagRun.dag_id)).all())
    limits = dict(
        session.execute(select(DagModel.dag_id, DagModel.max_active_runs).where(DagModel.dag_id.in_(ids))).all()
    )
    return [
        ((workflow_id, run_id), Waiting(reason="runs", ahead=counts[workflow_id]))
        for workflow_id, run_id in queued
        if counts.get(workflow_id, 0) >= (limits.get(workflow_id) or 1)
    ]


def _tasks(session: Session, *conditions: ColumnElement[bool], limit: int = MOST + 1) -> list[_Task]:
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance as Row
    from sqlalchemy import func, select

    columns = (Row.dag_id, Row.run_id, Row.task_id, Row.state, Row.pool, Row.queue, Row.priority_weight, Row.pool_slots)
    changed_at = func.coalesce(Row.start_date, Row.queued_dttm)
    query = select(*columns, DagRun.run_after, changed_at).join(
        DagRun, (DagRun.dag_id == Row.dag_id) & (DagRun.run_id == Row.run_id)
    )
    return [_Task._make(row) for row in session.execute(query.where(*conditions).limit(limit))]


def _tasks_of(session: Session, runs: Collection[RunKey]) -> list[_Task]:
    from airflow.models.taskinstance import TaskInstance as Row
    from sqlalchemy import tuple_

    return _tasks(session, tuple_(Row.dag_id, Row.run_id).in_(runs), Row.state.in_(("scheduled", "queued")))


def _for_slots(session: Session, asked: Sequence[_Task]) -> list[tuple[_Task, Waiting]]:
    """Those of the scheduled tasks whose pool is full, or will be by those ahead."""
    from airflow.models.pool import Pool
    from airflow.models.taskinstance import TaskInstance as Row
    from sqlalchemy import select

    scheduled = [task for task in asked if task.state == "scheduled"]
    names = {task.pool for task in scheduled}
    if not names:
        return []
    slots = dict(session.execute(select(Pool.pool, Pool.slots).where(Pool.pool.in_(names))).all())
    in_pools = _tasks(session, Row.pool.in_(names), Row.state.in_(("running", "queued", "scheduled")))
    found = []
    for task in scheduled:
        ahead = [one for one in in_pools if one.pool == task.pool and _is_ahead(one, task)]
        total = slots.get(task.pool, 0)
        if total >= 0 and sum(one.slots for one in ahead) + task.slots > total:
            found.append((task, _waiting("slot", task.pool, ahead, len(in_pools) > MOST)))
    return found


def _is_ahead(one: _Task, task: _Task) -> bool:
    return one.state != "scheduled" or one.place < task.place


def _for_workers(session: Session, asked: Sequence[_Task]) -> list[tuple[_Task, Waiting]]:
    """Those of the queued tasks that no worker has taken at once."""
    from airflow.models.taskinstance import TaskInstance as Row

    before = utcnow() - MOMENT
    queued = [task for task in asked if task.state == "queued" and task.changed_at and task.changed_at < before]
    names = {task.queue for task in queued}
    if not names:
        return []
    taken = _tasks(session, Row.queue.in_(names), Row.state.in_(("running", "queued")))
    found = []
    for task in queued:
        ahead = [one for one in taken if one.queue == task.queue and _was_queued_before(one, task)]
        found.append((task, _waiting("worker", task.queue, ahead, len(taken) > MOST)))
    return found


def _was_queued_before(one: _Task, task: _Task) -> bool:
    if one.state == "running":
        return True
    return one.changed_at is not None and task.changed_at is not None and one.changed_at < task.changed_at


def _waiting(reason: str, place: str, ahead: Sequence[_Task], is_more: bool) -> Waiting:
    settings = get_settings()
    return Waiting.model_validate(
        {
            "reason": reason,
            "place": place,
            "ahead": len(ahead),
            "is_more": is_more,
            "encodes": bool(ahead)
            and all(one.pool == settings.encode_pool for one in ahead)
            and _has_own_pool(settings),
        }
    )


def _has_own_pool(settings: Settings) -> bool:
    """Whether the pool of encodes is for them only."""
    return settings.encode_pool not in (DEFAULT_POOL, settings.light_pool)

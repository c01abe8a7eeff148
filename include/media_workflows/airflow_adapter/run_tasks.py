"""Runs and their tasks in Airflow's database: fail or clear tasks, find those that have not ended, states of runs.

Works where Airflow allows its ORM: the api-server and the command line.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from media_workflows.airflow_adapter.dag_state import ENDED_TASK, airflow_session
from media_workflows.domain.steps import NOTIFY, PUBLISH
from media_workflows.store.runs import RunKey

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy.orm import Session


def fail_unfinished(run: DagRun, session: Session) -> None:
    """Fail every task that has not ended. The last ones still run, unless the workflow is disabled: `notify`, and the
    task that publishes together, which then removes what is not published.
    """
    from airflow.utils.state import DagRunState, TaskInstanceState

    is_paused = _is_paused(run)
    for task in run.get_task_instances(session=session):
        if task.state not in ENDED_TASK and (is_paused or task.task_id not in (PUBLISH, NOTIFY)):
            task.set_state(TaskInstanceState.FAILED, session=session)
    if is_paused:
        run.set_state(DagRunState.FAILED)


def _is_paused(run: DagRun) -> bool:
    """Whether these would never run: a disabled workflow's tasks are not scheduled."""
    return run.dag_model is None or bool(run.dag_model.is_paused)


def failed_run_ids(workflow_id: str) -> list[str]:
    """Ids of all failed runs of a workflow, the oldest first."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select

    with airflow_session() as session:
        query = select(DagRun.run_id).where(DagRun.dag_id == workflow_id, DagRun.state == "failed")
        return list(session.scalars(query.order_by(DagRun.id)))


def run_states(dag_id: str, run_ids: Collection[str]) -> dict[str, str]:
    """Airflow's state of each of these runs of a DAG, by its id; those that were deleted are left out."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select

    if not run_ids:
        return {}
    query = select(DagRun.run_id, DagRun.state).where(DagRun.dag_id == dag_id, DagRun.run_id.in_(run_ids))
    with airflow_session() as session:
        return {run_id: str(state) for run_id, state in session.execute(query)}


def failed_since(dag_id: str, since: datetime, most: int) -> list[str]:
    """Ids of the runs of a DAG that failed since a time, at most `most`, the newest first."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select

    failed = select(DagRun.run_id).where(DagRun.dag_id == dag_id, DagRun.state == "failed", DagRun.end_date >= since)
    with airflow_session() as session:
        return list(session.scalars(failed.order_by(DagRun.id.desc()).limit(most)))


def unended_tasks(runs: Collection[RunKey]) -> set[tuple[str, str, str]]:
    """(workflow, run, task) of the tasks of these runs that wait, run or are to be tried again."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import or_, select, tuple_

    if not runs:
        return set()
    key = (TaskInstance.dag_id, TaskInstance.run_id)
    is_unended = or_(TaskInstance.state.is_(None), TaskInstance.state.not_in(ENDED_TASK))
    query = select(*key, TaskInstance.task_id).where(tuple_(*key).in_(runs), is_unended)
    with airflow_session() as session:
        return {(workflow_id, run_id, task_id) for workflow_id, run_id, task_id in session.execute(query)}


def clear(tasks: list[TaskInstance], session: Session) -> None:
    """Clear these tasks, so that Airflow runs them again."""
    from airflow.models.taskinstance import clear_task_instances

    clear_task_instances(tasks, session)

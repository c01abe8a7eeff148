"""Copies the state of workflows' runs from Airflow to the store: Airflow forgets a run with its DAG, or by `db clean`.

Works where Airflow allows its ORM: the api-server, the command line and the dag-processor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from media_workflows.airflow_adapter.dag_file import BUNDLE_NAME
from media_workflows.airflow_adapter.dag_state import airflow_session, summary_of_task
from media_workflows.airflow_adapter.shared_call import SharedCall
from media_workflows.domain.process_runs import PROCESS
from media_workflows.errors import MediaWorkflowsError
from media_workflows.store.engine import transaction
from media_workflows.store.run_copies import (
    UNFINISHED,
    RunCopy,
    TaskSummary,
    fail_deleted,
    newest_change,
    store_copies,
    unfinished_copies,
)

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

log = structlog.get_logger(__name__)

BATCH = 500
# A change is visible when its transaction ends, and the clocks of machines differ.
OVERLAP = timedelta(seconds=60)


@contextmanager
def run_history() -> Iterator[Session]:
    """A transaction on the store, whose copies of runs are up to date.

    Pages of many readers ask for it at the same time: they share a copy, and with it one connection to Airflow's
    database, whose pool is small.
    """
    _copy_for_all()
    with transaction() as session:
        yield session


def copy_runs() -> None:
    """Copy what has changed in Airflow since the last copy."""
    with transaction() as session:
        newest = newest_change(session)
    after = (newest - OVERLAP if newest else None, 0)
    while batch := _changed(after):
        copies, after = batch
        with transaction() as session:
            store_copies(session, copies)


_copy_for_all = SharedCall(copy_runs)


def recheck_unfinished() -> None:
    """Copy all runs that had not ended when they were last copied; end as failed those that were deleted in Airflow.

    A change whose transaction took longer than OVERLAP, as in an overloaded scheduler, is found here.
    """
    with transaction() as session:
        unfinished = unfinished_copies(session)
    for start in range(0, len(unfinished), BATCH):
        runs = unfinished[start : start + BATCH]
        copies = _copies_of(runs)
        found = {(copy.workflow_id, copy.run_id) for copy in copies}
        with transaction() as session:
            store_copies(session, copies)
            ended = fail_deleted(session, [run for run in runs if run not in found])
            for workflow_id, run_id in ended:
                _report_deleted(session, workflow_id, run_id)


def _report_deleted(session: Session, workflow_id: str, run_id: str) -> None:
    """The event of a run that was deleted in Airflow: its last task, which writes it otherwise, is gone."""
    from media_workflows.notifications.outbox import Run, finish_in
    from media_workflows.store.backfill_objects import context_of_run
    from media_workflows.store.processes import requests_of_runs
    from media_workflows.store.runs import get_run
    from media_workflows.store.workflows import resolved_at

    record = get_run(session, workflow_id, run_id)
    request = requests_of_runs(session, [run_id]).get(run_id) if workflow_id == PROCESS else None
    revision = request.number if request else record.revision if record else None
    context = context_of_run(session, workflow_id, run_id)  # it was in the run's configuration, too
    try:
        workflow = resolved_at(session, workflow_id, revision)
        finish_in(session, Run(workflow_id, run_id, revision or 0, workflow, context))
    except MediaWorkflowsError as error:  # a run of a request that is gone, an invalid setting function_callback
        log.error("a run that was deleted in Airflow has no event", workflow=workflow_id, run=run_id, error=str(error))


Position = tuple[datetime | None, int]  # time of the last change, and Airflow's number of the run


def _changed(after: Position) -> tuple[list[RunCopy], Position] | None:
    """The next batch of runs in the order of their changes, and its end; None = there are no more."""
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from sqlalchemy import func, or_, select, tuple_

    changed_at = func.coalesce(DagRun.updated_at, DagRun.run_after)
    query = select(DagRun, changed_at).join(DagModel, DagModel.dag_id == DagRun.dag_id)
    query = query.where(or_(DagModel.bundle_name == BUNDLE_NAME, DagModel.dag_id == PROCESS))
    if after[0] is not None:
        query = query.where(tuple_(changed_at, DagRun.id) > after)
    with airflow_session() as session:
        rows = session.execute(query.order_by(changed_at, DagRun.id).limit(BATCH)).all()
        if not rows:
            return None
        return _copies(session, [run for run, _ in rows]), (rows[-1][1], rows[-1][0].id)


def _copies_of(runs: Sequence[tuple[str, str]]) -> list[RunCopy]:
    """Copies of those of these runs that Airflow has."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select, tuple_

    with airflow_session() as session:
        found = session.scalars(select(DagRun).where(tuple_(DagRun.dag_id, DagRun.run_id).in_(runs)))
        return _copies(session, list(found))


def _copies(session: Session, runs: Sequence[DagRun]) -> list[RunCopy]:
    tasks = _tasks(session, [run for run in runs if run.state not in UNFINISHED])
    return [_copy(run, tasks.get((run.dag_id, run.run_id))) for run in runs]


def _copy(run: DagRun, tasks: dict[str, TaskSummary] | None) -> RunCopy:
    return RunCopy(
        workflow_id=run.dag_id,
        run_id=run.run_id,
        created_at=run.created_at or run.run_after,
        state=str(run.state),
        queued_at=run.queued_at,
        started_at=run.start_date,
        ended_at=run.end_date,
        changed_at=run.updated_at or run.run_after,
        tasks=tasks,
    )


def _tasks(session: Session, runs: Sequence[DagRun]) -> dict[tuple[str, str], dict[str, TaskSummary]]:
    """The tasks of each of these runs by task id."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import select, tuple_

    keys = [(run.dag_id, run.run_id) for run in runs]
    found: dict[tuple[str, str], dict[str, TaskSummary]] = {}
    for row in session.scalars(select(TaskInstance).where(tuple_(TaskInstance.dag_id, TaskInstance.run_id).in_(keys))):
        found.setdefault((row.dag_id, row.run_id), {})[row.task_id] = summary_of_task(row)
    return found

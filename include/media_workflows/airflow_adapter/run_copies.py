"""Copies the state of workflows' runs from Airflow to the store: Airflow forgets a run with its DAG, or by `db clean`.

Airflow has no index by the time of a run's last change, so a search for changes reads all its runs. Before an answer,
only runs are compared that Airflow's indexes find: those that have not ended, in Airflow or here, and new ones. The
search, in the dag-processor every 15 s, finds what is left: ended runs that were changed, as marked failed by hand.

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
from media_workflows.store import run_search
from media_workflows.store.engine import transaction
from media_workflows.store.run_copies import (
    UNFINISHED,
    RunCopy,
    ShownState,
    TaskSummary,
    fail_deleted,
    newest_change,
    state_of_run,
    store_copies,
    unfinished_copies,
)
from media_workflows.store.runs import RunKey

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from sqlalchemy import ColumnElement

log = structlog.get_logger(__name__)

BATCH = 500
# A change is visible when its transaction ends, and the clocks of machines differ.
OVERLAP = timedelta(seconds=60)
# Twice the period of the dag-processor's search: an answer needs a search of its own only where that does not run.
MAX_SEARCH_AGE = timedelta(seconds=30)


@contextmanager
def run_history() -> Iterator[Session]:
    """A transaction on the store, whose copies of runs are up to date: those of ended runs as of the last search.

    Pages of many readers ask for it at the same time: they share a copy, and with it one connection to Airflow's
    database, whose pool is small.
    """
    _copy_for_all()
    with transaction() as session:
        yield session


@contextmanager
def history_of_run(workflow_id: str, run_id: str) -> Iterator[Session]:
    """A transaction on the store, whose copy of this one run is up to date."""
    from airflow.models.dagrun import DagRun

    with transaction() as session:
        known = state_of_run(session, workflow_id, run_id)
    current = _states((DagRun.dag_id == workflow_id) & (DagRun.run_id == run_id)).get((workflow_id, run_id))
    if current is not None and current != known:
        _copy([(workflow_id, run_id)])
    with transaction() as session:
        yield session


def copy_runs() -> None:
    """Copy what has changed; of ended runs, all that had when a search began at most MAX_SEARCH_AGE ago."""
    search_changes(MAX_SEARCH_AGE)
    copy_unfinished()


_copy_for_all = SharedCall(copy_runs)


def search_changes(max_age: timedelta = timedelta()) -> None:
    """Copy what has changed in Airflow since the last search; none is made if that is not older than `max_age`."""
    with transaction() as search:
        if (began_at := run_search.begin(search, max_age)) is None:
            return
        newest_id = _newest_id()
        with transaction() as session:
            newest = newest_change(session)
        for copies in _changed(newest - OVERLAP if newest else None):
            with transaction() as session:
                store_copies(session, copies)
        run_search.note(search, began_at, newest_id)


def copy_unfinished() -> list[RunKey]:
    """Copy runs that have not ended, or had not when they were last copied, and new ones; returns those deleted."""
    from airflow.models.dagrun import DagRun

    with transaction() as session:
        known, seen_id = unfinished_copies(session), run_search.newest_id(session)
    newest_id = _newest_id()
    current = _states(DagRun.state == "queued", DagRun.state == "running", DagRun.id > seen_id)
    deleted = _copy(sorted(key for key in known.keys() | current.keys() if known.get(key) != current.get(key)))
    if newest_id != seen_id:
        with transaction() as session:
            run_search.note_newest(session, newest_id)
    return deleted


def recheck_unfinished() -> None:
    """Copy all runs that had not ended when they were last copied; end as failed those that were deleted in Airflow."""
    deleted = copy_unfinished()
    with transaction() as session:
        for workflow_id, run_id in fail_deleted(session, deleted):
            _report_deleted(session, workflow_id, run_id)


def _report_deleted(session: Session, workflow_id: str, run_id: str) -> None:
    """The event of a run that was deleted in Airflow: its last task, which writes it otherwise, is gone."""
    from media_workflows.domain.run import Run
    from media_workflows.notifications.outbox import finish_in
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


def _newest_id() -> int:
    """Airflow's number of the newest run of any DAG; 0 = it has none."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import func, select

    with airflow_session() as session:
        return session.scalar(select(func.max(DagRun.id))) or 0


def _is_ours() -> ColumnElement[bool]:
    """That a DAG is that of a workflow, or of ad-hoc processing."""
    from airflow.models.dag import DagModel
    from sqlalchemy import or_

    return or_(DagModel.bundle_name == BUNDLE_NAME, DagModel.dag_id == PROCESS)


def _states(*any_of: ColumnElement[bool]) -> dict[RunKey, ShownState]:
    """The states in Airflow of our runs that meet one of these conditions, each of which has an index."""
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select, union_all

    shown = (DagRun.dag_id, DagRun.run_id, DagRun.state, DagRun.queued_at, DagRun.start_date, DagRun.end_date)
    # Not OR: PostgreSQL would make one condition of two states, for which the small indexes of each do not serve.
    found = union_all(*(select(*shown).where(condition) for condition in any_of)).subquery()
    query = select(found).join(DagModel, DagModel.dag_id == found.c.dag_id).where(_is_ours())
    with airflow_session() as session:
        rows = session.execute(query)
        return {(workflow_id, run_id): ShownState(str(state), *times) for workflow_id, run_id, state, *times in rows}


def _changed(since: datetime | None) -> Iterator[list[RunCopy]]:
    """Copies of the runs that have changed since a time, None = of all, in the order of their changes.

    In this order, as one that is interrupted is continued from the newest copy.
    """
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from sqlalchemy import func, select

    changed_at = func.coalesce(DagRun.updated_at, DagRun.run_after)
    query = select(DagRun).join(DagModel, DagModel.dag_id == DagRun.dag_id).where(_is_ours())
    if since is not None:
        query = query.where(changed_at > since)
    with airflow_session() as session:
        rows = session.scalars(query.order_by(changed_at, DagRun.id).execution_options(yield_per=BATCH))
        for runs in rows.partitions():
            yield _copies(session, runs)


def _copy(keys: Sequence[RunKey]) -> list[RunKey]:
    """Copy these runs; returns those that Airflow does not have."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select, tuple_

    missing: list[RunKey] = []
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        with airflow_session() as session:
            query = select(DagRun).where(tuple_(DagRun.dag_id, DagRun.run_id).in_(batch))
            copies = _copies(session, session.scalars(query).all())
        with transaction() as session:
            store_copies(session, copies)
        found = {(copy.workflow_id, copy.run_id) for copy in copies}
        missing += [key for key in batch if key not in found]
    return missing


def _copies(session: Session, runs: Sequence[DagRun]) -> list[RunCopy]:
    tasks = _tasks(session, [run for run in runs if run.state not in UNFINISHED])
    return [_copy_of(run, tasks.get((run.dag_id, run.run_id))) for run in runs]


def _copy_of(run: DagRun, tasks: dict[str, TaskSummary] | None) -> RunCopy:
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


def _tasks(session: Session, runs: Sequence[DagRun]) -> dict[RunKey, dict[str, TaskSummary]]:
    """The tasks of each of these runs by task id."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import select, tuple_

    keys = [(run.dag_id, run.run_id) for run in runs]
    found: dict[RunKey, dict[str, TaskSummary]] = {}
    for row in session.scalars(select(TaskInstance).where(tuple_(TaskInstance.dag_id, TaskInstance.run_id).in_(keys))):
        found.setdefault((row.dag_id, row.run_id), {})[row.task_id] = summary_of_task(row)
    return found

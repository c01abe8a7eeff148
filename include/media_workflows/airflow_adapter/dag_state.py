"""A workflow in Airflow's database: its DAG's row, pause state and runs. Enabled *is* the DAG being unpaused.

Works where Airflow allows its ORM: the api-server and the command line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from media_workflows.airflow_adapter.dag_file import BUNDLE_NAME, dag_file_name
from media_workflows.domain.base import Model
from media_workflows.errors import AirflowStateError, NotFoundError

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from sqlalchemy.orm import Session

UNFINISHED = ("queued", "running")  # states of a run
ENDED_TASK = frozenset({"success", "failed", "upstream_failed", "skipped", "removed"})


@contextmanager
def airflow_session() -> Iterator[Session]:
    """A session on Airflow's metadata. Raises AirflowStateError when its database is not set up."""
    from airflow.utils.session import create_session
    from sqlalchemy.exc import OperationalError, ProgrammingError

    try:
        with create_session() as session:
            yield session
    except (OperationalError, ProgrammingError) as error:
        raise AirflowStateError(
            "Airflow's database cannot be used ({cause}): run `airflow db migrate`, "
            "and check AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
            cause=str(error.orig).strip(),
        ) from error


def announce_change(workflow_id: str) -> None:
    """Request priority parsing of the workflow's DAG file, so that a change is live within seconds.

    A new workflow's DAG row is made at once, paused: it can be enabled before it is first parsed.
    """
    from airflow.models.dagbag import DagPriorityParsingRequest
    from sqlalchemy.exc import IntegrityError

    with airflow_session() as session:
        _ensure_row(session, workflow_id)
    try:
        with airflow_session() as session:
            session.add(DagPriorityParsingRequest(bundle_name=BUNDLE_NAME, relative_fileloc=dag_file_name(workflow_id)))
    except IntegrityError:
        pass  # an earlier request for this file is still waiting; it will see this change too


def _ensure_row(session: Session, workflow_id: str) -> None:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from sqlalchemy.exc import IntegrityError

    if session.get(DagModel, workflow_id) is not None:
        return
    if session.get(DagBundleModel, BUNDLE_NAME) is None:
        DagBundlesManager().sync_bundles_to_db(session=session)
        session.flush()  # the DAG's row refers to the bundle's
    file = dag_file_name(workflow_id)
    row = DagModel(dag_id=workflow_id, bundle_name=BUNDLE_NAME, relative_fileloc=file, fileloc=file, is_paused=True)
    with suppress(IntegrityError), session.begin_nested():  # Airflow may parse the file just now
        session.add(row)


def set_paused(workflow_id: str, *, paused: bool) -> bool:
    """Pause or unpause the DAG; returns whether its state changed."""
    from airflow.models.dag import DagModel

    with airflow_session() as session:
        _ensure_row(session, workflow_id)
        row = session.get_one(DagModel, workflow_id, with_for_update=True)
        changed = row.is_paused != paused
        row.is_paused = paused
    return changed


def enabled_ids(workflow_ids: Iterable[str]) -> set[str]:
    """The ids of those workflows whose DAG is unpaused."""
    from airflow.models.dag import DagModel
    from sqlalchemy import select

    with airflow_session() as session:
        query = select(DagModel.dag_id).where(DagModel.dag_id.in_(list(workflow_ids)), DagModel.is_paused.is_(False))
        return set(session.scalars(query))


def unfinished_runs(workflow_id: str) -> int:
    """The number of runs that are queued or running."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import func, select

    with airflow_session() as session:
        query = (
            select(func.count()).select_from(DagRun).where(DagRun.dag_id == workflow_id, DagRun.state.in_(UNFINISHED))
        )
        return session.scalar(query) or 0


class DagRunSummary(Model):
    """A run as Airflow shows it."""

    run_id: str
    state: str
    queued_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


class DagRunPage(Model):
    """One page of runs, newest first."""

    total: int
    items: list[DagRunSummary]


class TaskSummary(Model):
    """A task of a run as Airflow shows it; `state` None = not scheduled yet."""

    state: str | None
    try_number: int
    started_at: datetime | None
    ended_at: datetime | None


def list_runs(workflow_id: str, offset: int = 0, limit: int = 100) -> DagRunPage:
    """A page of a workflow's runs, newest first; deleted workflows included."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import func, select

    with airflow_session() as session:
        query = select(DagRun).where(DagRun.dag_id == workflow_id)
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = session.scalars(query.order_by(DagRun.id.desc()).offset(offset).limit(limit))
        items = [summary(row) for row in rows]
    return DagRunPage(total=total, items=items)


def find_run(workflow_id: str, run_id: str) -> DagRunSummary:
    """One run of a workflow. Raises NotFoundError."""
    with airflow_session() as session:
        return summary(run_row(session, workflow_id, run_id))


def run_row(session: Session, workflow_id: str, run_id: str, *, lock: bool = False) -> DagRun:
    """Airflow's row of a run, locked against another change. Raises NotFoundError."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select

    query = select(DagRun).where(DagRun.dag_id == workflow_id, DagRun.run_id == run_id)
    row: DagRun | None = session.scalar(query.with_for_update(of=DagRun) if lock else query)
    if row is None:
        raise NotFoundError("workflow '{workflow_id}' has no run '{run_id}'", workflow_id=workflow_id, run_id=run_id)
    return row


def summary(row: DagRun) -> DagRunSummary:
    """The summary of a run's row."""
    return DagRunSummary(
        run_id=row.run_id,
        state=str(row.state),
        queued_at=row.queued_at,
        started_at=row.start_date,
        ended_at=row.end_date,
    )


def task_summaries(workflow_id: str, run_id: str) -> dict[str, TaskSummary]:
    """The tasks of a run by task id."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import select

    query = select(TaskInstance).where(TaskInstance.dag_id == workflow_id, TaskInstance.run_id == run_id)
    with airflow_session() as session:
        return {
            row.task_id: TaskSummary(
                state=str(row.state) if row.state else None,
                try_number=row.try_number,
                started_at=row.start_date,
                ended_at=row.end_date,
            )
            for row in session.scalars(query)
        }


def workflows_of_run(run_id: str) -> set[str]:
    """The ids of workflows that have a run of this id: run ids are unique within a workflow only."""
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select

    query = select(DagRun.dag_id).join(DagModel, DagModel.dag_id == DagRun.dag_id)
    with airflow_session() as session:
        return set(session.scalars(query.where(DagRun.run_id == run_id, DagModel.bundle_name == BUNDLE_NAME)))


def ensure_pools(slots: dict[str, int]) -> None:
    """Create the pools that are missing; an existing pool keeps its slots."""
    from airflow.models.pool import Pool
    from sqlalchemy import select

    with airflow_session() as session:
        known = set(session.scalars(select(Pool.pool)))
        for name, count in slots.items():
            if name not in known:
                session.add(Pool(pool=name, slots=count, description="Media Workflows", include_deferred=False))

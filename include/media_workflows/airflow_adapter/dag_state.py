"""A workflow in Airflow's database: its DAG's row and its runs.

Works where Airflow allows its ORM: the api-server and the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from media_workflows.airflow_adapter.dag_file import BUNDLE_NAME, dag_file_name
from media_workflows.domain.active_runs import run_limit_of
from media_workflows.domain.run import requests_force
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import AirflowStateError, NotFoundError
from media_workflows.store.run_copies import UNFINISHED, TaskSummary

if TYPE_CHECKING:
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy.orm import Session

AWAITING_ANSWER = "awaiting_input"  # the state of a task that asks a person
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


def locked_dag(session: Session, workflow_id: str, *, is_paused: bool) -> DagModel:
    """The row of a workflow's DAG, locked until the transaction ends; if there is none, it is made.

    So a workflow can be enabled before its DAG is first parsed, and one that was deleted in Airflow comes back.
    """
    from airflow.models.dag import DagModel

    _ensure_row(session, workflow_id, is_paused)
    row: DagModel = session.get_one(DagModel, workflow_id, with_for_update=True, populate_existing=True)
    return row


def _ensure_row(session: Session, workflow_id: str, is_paused: bool) -> None:
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
    row = DagModel(
        dag_id=workflow_id, bundle_name=BUNDLE_NAME, relative_fileloc=file, fileloc=file, is_paused=is_paused
    )
    with suppress(IntegrityError), session.begin_nested():  # Airflow may parse the file just now
        session.add(row)


def request_parse(workflow_id: str) -> None:
    """Request priority parsing of the workflow's DAG file, so that a change is live within seconds."""
    from airflow.models.dagbag import DagPriorityParsingRequest
    from sqlalchemy.exc import IntegrityError

    try:
        with airflow_session() as session:
            session.add(DagPriorityParsingRequest(bundle_name=BUNDLE_NAME, relative_fileloc=dag_file_name(workflow_id)))
    except IntegrityError:
        pass  # an earlier request for this file is still waiting; it will see this change too


def unfinished_runs(session: Session, workflow_id: str) -> int:
    """The number of runs that are queued or running."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import func, select

    query = select(func.count()).select_from(DagRun).where(DagRun.dag_id == workflow_id, DagRun.state.in_(UNFINISHED))
    return session.scalar(query) or 0


def run_row(session: Session, workflow_id: str, run_id: str, *, lock: bool = False) -> DagRun:
    """Airflow's row of a run, locked against another change. Raises NotFoundError."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select

    query = select(DagRun).where(DagRun.dag_id == workflow_id, DagRun.run_id == run_id)
    row: DagRun | None = session.scalar(query.with_for_update(of=DagRun) if lock else query)
    if row is None:
        raise NotFoundError(
            "Airflow has no run '{run_id}' of workflow '{workflow_id}': it never existed, or was deleted there; upload "
            "the file again, or trigger the workflow by hand with its key",
            workflow_id=workflow_id,
            run_id=run_id,
        )
    return row


def is_forced(workflow_id: str, run_id: str) -> bool:
    """Whether nothing may be reused in a run; of a run that Airflow has deleted, no."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select

    with airflow_session() as session:
        conf = session.scalar(select(DagRun.conf).where(DagRun.dag_id == workflow_id, DagRun.run_id == run_id))
        return requests_force(conf or {})


def task_summaries(workflow_id: str, run_id: str) -> dict[str, TaskSummary]:
    """The tasks of a run by task id; {} for a run that Airflow does not have."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import select

    query = select(TaskInstance).where(TaskInstance.dag_id == workflow_id, TaskInstance.run_id == run_id)
    with airflow_session() as session:
        return {row.task_id: summary_of_task(row) for row in session.scalars(query)}


def summary_of_task(row: TaskInstance) -> TaskSummary:
    """The summary of a task's row."""
    return TaskSummary(
        state=str(row.state) if row.state else None,
        try_number=row.try_number,
        started_at=row.start_date,
        ended_at=row.end_date,
    )


def answer_page(workflow_id: str, run_id: str, task_id: str) -> str:
    """The address of Airflow's page where a task's question is answered."""
    from airflow.configuration import conf

    base = str(conf.get("api", "base_url", fallback="/")).rstrip("/")
    place = [quote(part, safe="") for part in (workflow_id, run_id, task_id)]
    return "{}/dags/{}/runs/{}/tasks/{}/required_actions".format(base, *place)


def run_limit(workflow: Workflow) -> int:
    """How many runs of a workflow Airflow executes at the same time."""
    from airflow.configuration import conf

    return run_limit_of(workflow) or int(conf.getint("core", "max_active_runs_per_dag"))


def ensure_pools(slots: dict[str, int]) -> None:
    """Create the pools that are missing; an existing pool keeps its slots."""
    from airflow.models.pool import Pool
    from sqlalchemy import select

    with airflow_session() as session:
        known = set(session.scalars(select(Pool.pool)))
        for name, count in slots.items():
            if name not in known:
                session.add(Pool(pool=name, slots=count, description="Media Workflows", include_deferred=False))

"""The two switches of a workflow, Airflow's pause switch and the store's, kept equal: see `store.switches`.

Works where Airflow allows its ORM: the api-server, the command line and the dag-processor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from media_workflows.airflow_adapter.dag_file import BUNDLE_NAME
from media_workflows.airflow_adapter.dag_state import airflow_session, locked_dag, request_parse
from media_workflows.errors import NotFoundError
from media_workflows.store import switches as store
from media_workflows.store.engine import transaction
from media_workflows.store.switches import DagSwitch, Switch

if TYPE_CHECKING:
    from airflow.models.dag import DagModel


def enabled_ids(workflow_ids: Iterable[str] | None = None) -> set[str]:
    """The ids of those workflows, of all if None, that are enabled; switches that differ are made equal first.

    The DAG of a workflow that was deleted in Airflow is made again, with the store's switch.
    """
    with transaction() as session:
        stored = store.switches(session, workflow_ids)
    if not stored:
        return set()
    with airflow_session() as airflow:
        dags = _dag_switches(airflow, stored if workflow_ids is not None else None)
    return {id_ for id_, switch in stored.items() if _compared(id_, switch, dags.get(id_))}


def _compared(workflow_id: str, switch: Switch, dag: DagSwitch | None) -> bool:
    if dag is not None and switch.enabled is not dag.is_paused and switch == switch.compared_with(dag):
        return bool(switch.enabled)
    try:
        with locked_switch(workflow_id) as locked:
            is_enabled = locked.is_enabled
    except NotFoundError:  # deleted meanwhile
        return False
    if dag is None:
        request_parse(workflow_id)
    return is_enabled


def _dag_switches(session: Session, workflow_ids: Iterable[str] | None = None) -> dict[str, DagSwitch]:
    """The pause switches of the DAGs of these workflows, or of all, by id."""
    from airflow.models.dag import DagModel
    from airflow.models.dag_version import DagVersion
    from sqlalchemy import func, select

    since = func.min(DagVersion.created_at)
    query = select(DagModel.dag_id, DagModel.is_paused, since).outerjoin(
        DagVersion, DagVersion.dag_id == DagModel.dag_id
    )
    query = query.where(DagModel.bundle_name == BUNDLE_NAME).group_by(DagModel.dag_id, DagModel.is_paused)
    if workflow_ids is not None:
        query = query.where(DagModel.dag_id.in_(list(workflow_ids)))
    return {id_: DagSwitch(is_paused=is_paused, since=at) for id_, is_paused, at in session.execute(query)}


@dataclass(frozen=True)
class LockedSwitch:
    """A workflow's switch while both sides are locked; `session` is the store's transaction, `airflow` Airflow's."""

    workflow_id: str
    session: Session
    airflow: Session
    is_enabled: bool
    _dag: DagModel

    def enable(self) -> None:
        """Enable the workflow from now on."""
        store.enable(self.session, self.workflow_id)
        self._dag.is_paused = False

    def disable(self) -> None:
        """Disable the workflow."""
        store.disable(self.session, self.workflow_id)
        self._dag.is_paused = True


@contextmanager
def locked_switch(workflow_id: str) -> Iterator[LockedSwitch]:
    """Both switches equal and locked: what is decided by them inside still holds where it is written.

    Only databases are used inside, no storage. Raises NotFoundError.
    """
    with transaction() as session, airflow_session() as airflow:
        switch = store.lock_switch(session, workflow_id)
        found = _dag_switches(airflow, [workflow_id]).get(workflow_id)
        dag = locked_dag(airflow, workflow_id, is_paused=not switch.enabled)
        if found is not None:
            found = found.model_copy(update={"is_paused": dag.is_paused})  # as it is since the lock
        settled = switch.compared_with(found)
        if settled != switch:
            store.store_switch(session, workflow_id, settled)
        dag.is_paused = not settled.enabled
        yield LockedSwitch(workflow_id, session, airflow, bool(settled.enabled), dag)


def announce_change(workflow_id: str) -> None:
    """Let Airflow parse a workflow's DAG file at once, after an edit; a new workflow gets its DAG first."""
    enabled_ids([workflow_id])
    request_parse(workflow_id)

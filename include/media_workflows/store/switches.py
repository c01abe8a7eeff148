"""Whether workflows are enabled: the store's counterpart of Airflow's pause switch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.errors import NotFoundError
from media_workflows.store.engine import one_of
from media_workflows.store.tables import WorkflowRow, utcnow
from media_workflows.store.workflows import StoredWorkflow


class DagSwitch(Model):
    """The pause switch of a DAG. `since` is the time of its first version in Airflow; None = it was never parsed."""

    is_paused: bool
    since: datetime | None


class Switch(Model):
    """A workflow's switch. `dag_since` is the `since` of the DAG whose switch it was last compared with."""

    enabled: bool | None
    dag_since: datetime | None

    def compared_with(self, dag: DagSwitch | None) -> Switch:
        """What both switches have to be; `dag` None = Airflow has no such DAG.

        Airflow's counts, as a user may have changed it there; but a DAG that is not there, or that Airflow has made
        again since the last comparison, was deleted there: then the store's counts.
        """
        if dag is None:
            return Switch(enabled=bool(self.enabled), dag_since=None)
        is_made_again = self.dag_since is not None and dag.since != self.dag_since
        if is_made_again and self.enabled is not None:
            return Switch(enabled=self.enabled, dag_since=dag.since)
        return Switch(enabled=not dag.is_paused, dag_since=dag.since)


def switches(session: Session, workflow_ids: Iterable[str] | None = None) -> dict[str, Switch]:
    """The switches of these workflows, or of all, by id; a deleted workflow has none."""
    query = select(WorkflowRow.id, WorkflowRow.enabled, WorkflowRow.dag_since).where(WorkflowRow.deleted_at.is_(None))
    if workflow_ids is not None:
        query = query.where(one_of(WorkflowRow.id, workflow_ids))
    return {id_: Switch(enabled=enabled, dag_since=since) for id_, enabled, since in session.execute(query)}


def lock_switch(session: Session, workflow_id: str) -> Switch:
    """A workflow's switch, locked with its row until the transaction ends. Raises NotFoundError."""
    columns = select(WorkflowRow.enabled, WorkflowRow.dag_since)
    query = columns.where(WorkflowRow.id == workflow_id, WorkflowRow.deleted_at.is_(None)).with_for_update()
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=workflow_id)
    return Switch(enabled=row.enabled, dag_since=row.dag_since)


def lock_unchanged(session: Session, workflow: StoredWorkflow) -> bool:
    """Whether the workflow has the revision and the switch with which it was read.

    If so, edits and switching wait until the transaction ends.
    """
    query = select(WorkflowRow.id).where(
        WorkflowRow.id == workflow.id,
        WorkflowRow.deleted_at.is_(None),
        WorkflowRow.revision == workflow.revision,
        WorkflowRow.enabled.is_not_distinct_from(workflow.enabled),
        WorkflowRow.enabled_at.is_not_distinct_from(workflow.enabled_at),
    )
    return session.scalar(query.with_for_update(read=True)) is not None


def store_switch(session: Session, workflow_id: str, switch: Switch) -> None:
    """Store what a comparison found."""
    session.execute(update(WorkflowRow).where(WorkflowRow.id == workflow_id).values(**dict(switch)))


def enable(session: Session, workflow_id: str) -> None:
    """Record that the workflow is enabled from now on: older source objects do not fire it."""
    query = update(WorkflowRow).where(WorkflowRow.id == workflow_id)
    session.execute(query.values(enabled=True, enabled_at=utcnow()))


def disable(session: Session, workflow_id: str) -> None:
    """Record that the workflow is disabled."""
    session.execute(update(WorkflowRow).where(WorkflowRow.id == workflow_id).values(enabled=False))

"""What an audit shows of a workflow before and after a change."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.store.engine import one_of
from media_workflows.store.tables import DraftRow, WorkflowRow


class WorkflowHead(Model):
    """The state of a workflow. The definition is that of its revision, which never changes; `draft` is its edit."""

    name: str
    revision: int
    enabled: bool | None
    draft: int | None


def workflow_heads(session: Session, workflow_ids: Collection[str]) -> dict[str, WorkflowHead]:
    """The states of these workflows by id, without those that are deleted."""
    columns = (WorkflowRow.id, WorkflowRow.name, WorkflowRow.revision, WorkflowRow.enabled, DraftRow.number)
    query = (
        select(*columns)
        .join(DraftRow, DraftRow.workflow_id == WorkflowRow.id, isouter=True)
        .where(one_of(WorkflowRow.id, workflow_ids), WorkflowRow.deleted_at.is_(None))
    )
    return {
        id_: WorkflowHead(name=name, revision=revision, enabled=enabled, draft=draft)
        for id_, name, revision, enabled, draft in session.execute(query)
    }

"""Which workflows a list shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.store.engine import one_of
from media_workflows.store.tables import RunRow, WorkflowRow


class WorkflowFilter(Model):
    """A filter for workflows; all given fields must match. `failed_since`: with a failed run that ended since then."""

    enabled: bool | None = None
    bucket: str = ""
    failed_since: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter's conditions for a query over workflows."""
        asked: list[ColumnElement[bool] | None] = [
            None if self.enabled is None else func.coalesce(WorkflowRow.enabled, false()) == self.enabled,
            WorkflowRow.trigger_bucket == self.bucket if self.bucket else None,
            None if self.failed_since is None else WorkflowRow.id.in_(_failed_since(self.failed_since)),
        ]
        return [condition for condition in asked if condition is not None]


def _failed_since(since: datetime) -> Select[str]:
    return select(RunRow.workflow_id).where(RunRow.state == "failed", RunRow.ended_at >= since)


def trigger_buckets(session: Session, ids: Iterable[str]) -> list[str]:
    """The trigger buckets of these workflows, each once, in the order of their names."""
    live = WorkflowRow.deleted_at.is_(None)
    query = select(WorkflowRow.trigger_bucket).where(live, one_of(WorkflowRow.id, ids)).distinct()
    return sorted(session.scalars(query))

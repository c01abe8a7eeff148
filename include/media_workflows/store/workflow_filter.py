"""Which workflows a list shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, false, func, not_, select
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.store.engine import one_of
from media_workflows.store.tables import RevisionRow, RunRow, WorkflowRow
from media_workflows.vendor_mps.places import S3_TRIGGER

_HAS_STEPS: ColumnElement[bool] = RevisionRow.definition.has_key("steps")
_IMPORTED_TYPE: ColumnElement[str] = RevisionRow.definition[("vendor", "schedule", "Trigger", "Type")].astext
_TRIGGER_TYPE: ColumnElement[str] = func.coalesce(_IMPORTED_TYPE, S3_TRIGGER)


class WorkflowFilter(Model):
    """A filter for workflows; all given fields must match. `failed_since`: with a failed run that ended since then.

    `search` matches part of the name, ignoring case.
    `trigger_type` is the commercial service's, as it was imported.
    """

    search: str = ""
    enabled: bool | None = None
    bucket: str = ""
    failed_since: datetime | None = None
    has_steps: bool | None = None
    trigger_type: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter's conditions for a query over workflows."""
        asked: list[ColumnElement[bool] | None] = [
            WorkflowRow.name.icontains(self.search, autoescape=True) if self.search else None,
            None if self.enabled is None else func.coalesce(WorkflowRow.enabled, false()) == self.enabled,
            WorkflowRow.trigger_bucket == self.bucket if self.bucket else None,
            None if self.failed_since is None else WorkflowRow.id.in_(_failed_since(self.failed_since)),
            None if self.has_steps is None else _defined(_HAS_STEPS if self.has_steps else not_(_HAS_STEPS)),
            _defined(_TRIGGER_TYPE.in_([self.trigger_type])) if self.trigger_type else None,
        ]
        return [condition for condition in asked if condition is not None]


def _defined(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """That the current definition meets the condition."""
    current = (RevisionRow.workflow_id == WorkflowRow.id, RevisionRow.number == WorkflowRow.revision)
    return exists().where(*current, condition)


def _failed_since(since: datetime) -> Select[str]:
    return select(RunRow.workflow_id).where(RunRow.state == "failed", RunRow.ended_at >= since)


def trigger_buckets(session: Session, ids: Iterable[str]) -> list[str]:
    """The trigger buckets of these workflows, each once, in the order of their names."""
    live = WorkflowRow.deleted_at.is_(None)
    query = select(WorkflowRow.trigger_bucket).where(live, one_of(WorkflowRow.id, ids)).distinct()
    return sorted(session.scalars(query))

"""How the joins of late add-ons into ladders ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from media_workflows.domain.base import Model
from media_workflows.domain.candidates import Rule
from media_workflows.store.engine import one_of
from media_workflows.store.tables import UploadDecisionRow, WorkflowRow


class LateJoin(Model):
    """The join of an add-on into the ladders of a workflow by the run `run_id` of media_sidecars.

    `error` is why it failed, code and message; None = the task left none.
    """

    workflow_id: str
    workflow_name: str | None
    bucket: str
    key: str
    run_id: str
    uploaded_at: datetime
    error: dict[str, str] | None


def note_join(session: Session, workflow_id: str, run_id: str, error: dict[str, str] | None) -> None:
    """Note why the run of media_sidecars could not join an add-on; None = it has joined it."""
    row = UploadDecisionRow
    session.execute(update(row).where(row.run_id == run_id, row.workflow_id == workflow_id).values(join_error=error))


def latest_joins(
    session: Session, run_ids: Collection[str], workflow_ids: Collection[str], most: int
) -> list[LateJoin]:
    """Of these runs of media_sidecars, the newest after which the add-on was not uploaded again, at most `most`."""
    if not run_ids:
        return []
    row, later = UploadDecisionRow, aliased(UploadDecisionRow)
    is_same = (later.bucket == row.bucket, later.key == row.key, later.workflow_id == row.workflow_id)
    query = (
        select(row, WorkflowRow.name)
        .outerjoin(WorkflowRow, WorkflowRow.id == row.workflow_id)
        .where(row.run_id.in_(run_ids), row.rule == Rule.SIDECAR, one_of(row.workflow_id, workflow_ids))
        .where(~exists().where(*is_same, later.id > row.id))
        .order_by(row.id.desc())
        .limit(most)
    )
    return [
        LateJoin(
            workflow_id=found.workflow_id,
            workflow_name=name,
            bucket=found.bucket,
            key=found.key,
            run_id=found.run_id or "",
            uploaded_at=found.decided_at,
            error=found.join_error,
        )
        for found, name in session.execute(query)
    ]

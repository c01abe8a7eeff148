"""The newest runs of one revision of a workflow."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_workflows.domain.result import SourceObject
from media_workflows.store.tables import RevisionRow, RunRow

NEWEST = 100


def runs_of_revision(session: Session, workflow_id: str, number: int) -> list[tuple[str, SourceObject]]:
    """(run id, source) of its successful runs, newest first.

    They were created while it was the workflow's last one, which is a short range of an index.
    """
    row = RevisionRow
    begun = select(row.created_at).filter_by(workflow_id=workflow_id, number=number).scalar_subquery()
    later = select(func.min(row.created_at)).filter_by(workflow_id=workflow_id).where(row.number > number)
    query = select(RunRow.run_id, RunRow.source).where(
        RunRow.workflow_id == workflow_id,
        RunRow.revision == number,
        RunRow.state == "success",
        RunRow.source.is_not(None),
        RunRow.created_at >= begun,
        RunRow.created_at < func.coalesce(later.scalar_subquery(), func.now()),
    )
    found = session.execute(query.order_by(RunRow.created_at.desc()).limit(NEWEST))
    return [(run_id, SourceObject.model_validate(source)) for run_id, source in found]

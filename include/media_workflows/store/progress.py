"""How far the jobs of a run are, as their workers last said."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.progress import JobProgress
from media_workflows.store.tables import JobProgressRow


def record_progress(session: Session, workflow_id: str, run_id: str, progress: JobProgress) -> None:
    """Replace what was known of this job, unless a later try has reported already."""
    key = {"workflow_id": workflow_id, "run_id": run_id, "kind": progress.kind}
    values = progress.model_dump(exclude={"kind"})
    row = insert(JobProgressRow).values(**key, **values)
    not_later = JobProgressRow.try_number <= progress.try_number
    session.execute(row.on_conflict_do_update(index_elements=list(key), set_=values, where=not_later))


def progress_of_run(session: Session, workflow_id: str, run_id: str) -> dict[str, JobProgress]:
    """The latest progress by job kind; a job that never started has none."""
    rows = session.scalars(
        select(JobProgressRow).where(JobProgressRow.workflow_id == workflow_id, JobProgressRow.run_id == run_id)
    )
    return {row.kind: JobProgress.model_validate(row, from_attributes=True) for row in rows}

"""How far the steps of a run are, as their workers last reported."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.progress import JobProgress
from media_workflows.domain.step_key import StepInstance
from media_workflows.store.tables import JobProgressRow

_FIELDS = tuple(JobProgress.model_fields)


def record_progress(session: Session, workflow_id: str, run_id: str, progress: JobProgress) -> None:
    """Replace the progress of this step, unless a later try has reported already."""
    key = {"workflow_id": workflow_id, "run_id": run_id, **progress.step._asdict()}
    values = progress.model_dump(exclude={"step_id", "map_index"})
    row = insert(JobProgressRow).values(**key, **values)
    not_later = JobProgressRow.try_number <= progress.try_number
    session.execute(row.on_conflict_do_update(index_elements=list(key), set_=values, where=not_later))


def progress_of_run(session: Session, workflow_id: str, run_id: str) -> dict[StepInstance, JobProgress]:
    """The latest progress of each step; one that never started has none."""
    rows = session.scalars(
        select(JobProgressRow).where(JobProgressRow.workflow_id == workflow_id, JobProgressRow.run_id == run_id)
    )
    found = [JobProgress.model_validate({name: getattr(row, name) for name in _FIELDS}) for row in rows]
    return {progress.step: progress for progress in found}

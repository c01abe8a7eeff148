"""What the runs of a workflow have used in a month, and what those under way have reserved of its budget."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from media_workflows.domain.usage import Usage, total_usage
from media_workflows.store.tables import RunRow, utcnow


def lock_budget(session: Session, workflow_id: str) -> None:
    """Until the transaction ends, no other run of the workflow is compared with its budget."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('budget'), hashtext(:id))"), {"id": workflow_id})


def this_month() -> datetime:
    """The first moment of the present month in UTC."""
    return utcnow().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_use(session: Session, workflow_id: str, since: datetime, but_run: str = "") -> Usage:
    """What runs that ended since then have used, and what unfinished ones have reserved; but one run."""
    of_workflow = (RunRow.workflow_id == workflow_id, RunRow.run_id != but_run)
    sums = (
        func.coalesce(func.sum(column), 0)
        for column in (RunRow.cpu_s, RunRow.worker_s, RunRow.source_bytes, RunRow.output_bytes)
    )
    cpu_s, wall_s, *moved_bytes = session.execute(select(*sums).where(*of_workflow, RunRow.ended_at >= since)).one()
    bytes_in, bytes_out = (int(count or 0) for count in moved_bytes)  # PostgreSQL adds up whole numbers as decimals
    ended = Usage(cpu_s=cpu_s, wall_s=wall_s, bytes_in=bytes_in, bytes_out=bytes_out)
    reserved = session.scalars(
        select(RunRow.reserved).where(*of_workflow, RunRow.ended_at.is_(None), RunRow.reserved.is_not(None))
    )
    return total_usage([ended, *(Usage.model_validate(one) for one in reserved)])


def reserve(session: Session, workflow_id: str, run_id: str, estimate: Usage | None) -> None:
    """Count a run's estimate as used while it is not finished; None = it has none."""
    values = {"reserved": estimate.model_dump(mode="json") if estimate else None}
    row = update(RunRow).where(RunRow.workflow_id == workflow_id, RunRow.run_id == run_id)
    session.execute(row.values(**values))

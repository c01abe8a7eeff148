"""Budgets of workflows: what their runs have used in a month, and what those under way have reserved."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, select, text, update
from sqlalchemy.orm import Session

from media_workflows.domain.budget import Budget
from media_workflows.domain.usage import Usage, total_usage
from media_workflows.store.engine import one_of
from media_workflows.store.run_totals import usage_sums
from media_workflows.store.tables import RevisionRow, RunRow, WorkflowRow, utcnow


def lock_budget(session: Session, workflow_id: str) -> None:
    """Until the transaction ends, no other run of the workflow is compared with its budget."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('budget'), hashtext(:id))"), {"id": workflow_id})


def this_month() -> datetime:
    """The first moment of the present month in UTC."""
    return utcnow().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_use(session: Session, workflow_id: str, since: datetime, but_run: str = "") -> Usage:
    """What runs that ended since then have used, and what unfinished ones have reserved; but one run."""
    return month_uses(session, [workflow_id], since, but_run)[workflow_id]


def month_uses(session: Session, workflow_ids: Collection[str], since: datetime, but_run: str = "") -> dict[str, Usage]:
    """The same of each of these workflows, by its id."""
    of_workflows = (one_of(RunRow.workflow_id, workflow_ids), RunRow.run_id != but_run)
    ended = select(RunRow.workflow_id, *usage_sums()).where(*of_workflows, RunRow.ended_at >= since)
    reserved = select(RunRow.workflow_id, RunRow.reserved).where(
        *of_workflows, RunRow.ended_at.is_(None), RunRow.reserved.is_not(None)
    )
    found: dict[str, list[Usage]] = {id_: [] for id_ in workflow_ids}
    for id_, cpu_s, wall_s, *moved_bytes in session.execute(ended.group_by(RunRow.workflow_id)):
        bytes_in, bytes_out = map(int, moved_bytes)  # PostgreSQL adds up whole numbers as decimals
        found[id_].append(Usage(cpu_s=cpu_s, wall_s=wall_s, bytes_in=bytes_in, bytes_out=bytes_out))
    for id_, usage in session.execute(reserved):
        found[id_].append(Usage.model_validate(usage))
    return {id_: total_usage(used) for id_, used in found.items()}


def budgets_of(session: Session, workflow_ids: Collection[str] | None) -> list[tuple[str, str, Budget]]:
    """(id, name, budget) of the workflows that have one, of these (None = all), by their names."""
    current = (RevisionRow.workflow_id == WorkflowRow.id, RevisionRow.number == WorkflowRow.revision)
    budget = RevisionRow.definition["budget"]
    query = select(WorkflowRow.id, WorkflowRow.name, budget).join(RevisionRow, and_(*current))
    query = query.where(WorkflowRow.deleted_at.is_(None), budget.astext.is_not(None))
    if workflow_ids is not None:
        query = query.where(one_of(WorkflowRow.id, workflow_ids))
    rows = session.execute(query.order_by(WorkflowRow.name))
    return [(id_, name, Budget.model_validate(stored)) for id_, name, stored in rows]


def reserve(session: Session, workflow_id: str, run_id: str, estimate: Usage | None) -> None:
    """Count a run's estimate as used while it is not finished; None = it has none."""
    values = {"reserved": estimate.model_dump(mode="json") if estimate else None}
    row = update(RunRow).where(RunRow.workflow_id == workflow_id, RunRow.run_id == run_id)
    session.execute(row.values(**values))

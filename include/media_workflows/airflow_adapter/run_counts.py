"""Queries over the runs of many workflows: the last run of each, failure counts, the newest runs of all.

Works where Airflow allows its ORM: the api-server and the command line.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from media_workflows.airflow_adapter.dag_state import DagRunSummary, airflow_session, summary
from media_workflows.domain.base import Model


class RunCounts(Model):
    """The number of a workflow's runs by state."""

    success: int = 0
    failed: int = 0
    running: int = 0
    queued: int = 0


class WorkflowRun(DagRunSummary):
    """A run and the id of its workflow."""

    workflow_id: str


def last_runs(workflow_ids: Collection[str]) -> dict[str, DagRunSummary]:
    """The last run of each workflow by id; a workflow without runs is not included."""
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from sqlalchemy import func, select

    newest = select(func.max(DagRun.id)).where(DagRun.dag_id == DagModel.dag_id).correlate(DagModel).scalar_subquery()
    ids = select(newest).where(DagModel.dag_id.in_(workflow_ids))
    with airflow_session() as session:
        return {row.dag_id: summary(row) for row in session.scalars(select(DagRun).where(DagRun.id.in_(ids)))}


def failures_since(workflow_ids: Collection[str], since: datetime) -> dict[str, int]:
    """The number of failed runs since a time by workflow id; a workflow without failures is not included."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import func, select

    failed = select(DagRun.dag_id, func.count()).where(
        DagRun.dag_id.in_(workflow_ids), DagRun.state == "failed", DagRun.end_date >= since
    )
    with airflow_session() as session:
        return dict(session.execute(failed.group_by(DagRun.dag_id)).all())


def count_runs(workflow_id: str, since: datetime) -> RunCounts:
    """The number of a workflow's runs that ended since a time, and of those that have not ended."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import func, or_, select

    recent = or_(DagRun.end_date >= since, DagRun.end_date.is_(None))
    query = select(DagRun.state, func.count()).where(DagRun.dag_id == workflow_id, recent).group_by(DagRun.state)
    with airflow_session() as session:
        counted = {str(state): count for state, count in session.execute(query)}
    return RunCounts(**{state: count for state, count in counted.items() if state in RunCounts.model_fields})


def recent_runs(workflow_ids: Collection[str], limit: int) -> list[WorkflowRun]:
    """The newest runs of these workflows, newest first."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select

    query = select(DagRun).where(DagRun.dag_id.in_(workflow_ids)).order_by(DagRun.id.desc()).limit(limit)
    with airflow_session() as session:
        return [WorkflowRun(workflow_id=row.dag_id, **summary(row).model_dump()) for row in session.scalars(query)]

"""Which workflows have a retention of their own, the runs whose outputs are old, and what was decided about these."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, delete, exists, or_, select, text, tuple_, update
from sqlalchemy.orm import Session, aliased

from media_workflows.domain.result import JobResult
from media_workflows.domain.retention import DecidedOutputs, OldOutput, Retention
from media_workflows.domain.step_key import StepKey
from media_workflows.store.old_records import RUNS, RunScope
from media_workflows.store.run_copies import UNFINISHED
from media_workflows.store.runs import results_of_runs
from media_workflows.store.tables import JobResultRow, OldOutputsRow, RevisionRow, RunRow, utcnow
from media_workflows.store.tables.runs import OUTPUTS_SQL


class ReportPeriod(NamedTuple):
    """Whose reports are deleted when nothing was written of their run since `before`."""

    scope: RunScope
    before: datetime


class ShownDecision(DecidedOutputs):
    """What was decided about the old outputs of a run, and when."""

    decided_at: datetime


def retentions(session: Session) -> dict[str, Retention]:
    """By workflow: that of the last definition, also of a deleted workflow, whose runs and outputs are still there."""
    row, later = RevisionRow, aliased(RevisionRow)
    is_newer = exists().where(
        later.workflow_id == row.workflow_id, later.number > row.number, later.definition.is_not(None)
    )
    query = select(row.workflow_id, row.definition["retention"]).where(row.definition.has_key("retention"), ~is_newer)
    return {workflow_id: Retention.model_validate(found) for workflow_id, found in session.execute(query)}


def report_periods(session: Session, keep_days: float) -> list[ReportPeriod]:
    """The periods of all workflows; `keep_days` is that of those without one.

    The reports of a workflow whose outputs are deleted stay until that is done.
    """
    policies, now = retentions(session), utcnow()
    periods = [ReportPeriod(RunScope(excluded=tuple(policies)), now - timedelta(days=keep_days))]
    for workflow_id, policy in policies.items():
        scope = RunScope(workflow_id, without_outputs=policy.outputs_days is not None)
        periods.append(ReportPeriod(scope, now - timedelta(days=policy.reports_days or keep_days)))
    return periods


def runs_with_old_outputs(session: Session, workflow_id: str, before: datetime, after: str) -> list[str]:
    """A batch of runs that name outputs and have written no result since `before`; the next begin after the last."""
    row, newer = JobResultRow, aliased(JobResultRow)
    written_since = exists().where(
        newer.workflow_id == row.workflow_id, newer.run_id == row.run_id, newer.updated_at >= before
    )
    query = select(row.run_id).distinct().order_by(row.run_id).limit(RUNS)
    old = and_(row.workflow_id == workflow_id, row.updated_at < before, text(OUTPUTS_SQL))
    return list(session.scalars(query.where(old, row.run_id > after, ~written_since)))


def recent_runs_of_source(
    session: Session, workflow_id: str, run_id: str, source_key: str, before: datetime
) -> dict[str, list[JobResult]]:
    """The other runs of a source that have begun or written since `before`, or may still write; with their results.

    Only a run of the same workflow and source takes over outputs that are there already, see `execution.reuse`.
    """
    written_since = exists().where(
        JobResultRow.workflow_id == workflow_id,
        JobResultRow.run_id == RunRow.run_id,
        JobResultRow.updated_at >= before,
    )
    is_recent = or_(RunRow.created_at >= before, RunRow.state.in_(UNFINISHED), written_since)
    query = select(RunRow.run_id).where(
        RunRow.workflow_id == workflow_id,
        RunRow.run_id != run_id,
        RunRow.source["key"].astext == source_key,
        is_recent,
    )
    ids = list(session.scalars(query))
    results = results_of_runs(session, [(workflow_id, id_) for id_ in ids]) if ids else {}
    return {id_: results.get((workflow_id, id_), []) for id_ in ids}


def sources_of_unfinished(session: Session, places: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these objects that an unfinished run of any workflow reads as its source."""
    source = (RunRow.source["bucket"].astext, RunRow.source["key"].astext)
    query = select(*source).where(RunRow.state.in_(UNFINISHED), tuple_(*source).in_(sorted(places)))
    return {(bucket, key) for bucket, key in session.execute(query)} if places else set()


def replace_result(session: Session, step: StepKey, examined: JobResult, result: JobResult) -> bool:
    """Store a result keeping `updated_at`; False = it is not the examined one any more, and stays."""
    row = session.scalars(select(JobResultRow).filter_by(**asdict(step)).with_for_update()).one_or_none()
    if row is None or JobResult.model_validate(row.result) != examined:
        return False
    values = {"result": result.model_dump(mode="json"), "updated_at": row.updated_at}
    session.execute(update(JobResultRow).filter_by(**asdict(step)).values(**values))
    return True


def record_decision(session: Session, decided: DecidedOutputs) -> None:
    """Keep what was decided about the old outputs of a run."""
    session.add(OldOutputsRow(**decided.model_dump(mode="json")))


def decisions(session: Session, workflow_ids: Collection[str] | None, limit: int) -> list[ShownDecision]:
    """What was decided, the newest first; None = of all workflows."""
    query = select(OldOutputsRow).order_by(OldOutputsRow.decided_at.desc(), OldOutputsRow.id.desc()).limit(limit)
    if workflow_ids is not None:
        query = query.where(OldOutputsRow.workflow_id.in_(workflow_ids))
    return [
        ShownDecision(
            workflow_id=row.workflow_id,
            run_id=row.run_id,
            days=row.days,
            outputs=tuple(OldOutput.model_validate(output) for output in row.outputs),
            decided_at=row.decided_at,
        )
        for row in session.scalars(query)
    ]


def forget_decisions(session: Session, before: datetime) -> None:
    """Delete those older than a time."""
    session.execute(delete(OldOutputsRow).where(OldOutputsRow.decided_at < before))

"""Why steps of a run ran or were skipped, and what their conditions read of the source."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.conditions.source import SourceProperties
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_key import StepKey
from media_workflows.store.tables import SourcePropertiesRow, StepDecisionRow, utcnow

_PROPERTIES: TypeAdapter[SourceProperties] = TypeAdapter(SourceProperties)


def record_decision(session: Session, step: StepKey, decision: StepDecision) -> None:
    """Keep the decision on a step."""
    values = {"decision": decision.model_dump(mode="json"), "decided_at": decision.decided_at}
    session.add(StepDecisionRow(**step.unmapped, **values))


def forget_decision(session: Session, step: StepKey) -> None:
    """Drop the decision of an earlier try: a new one begins."""
    session.execute(delete(StepDecisionRow).filter_by(**step.unmapped))


def forget_decisions(
    session: Session, workflow_id: str, run_id: str, step_ids: Collection[str], before: datetime
) -> None:
    """Drop the decisions on steps of a run that runs again, but for new ones."""
    row = StepDecisionRow
    of_run = delete(row).filter_by(workflow_id=workflow_id, run_id=run_id)
    session.execute(of_run.where(row.step_id.in_(step_ids), row.decided_at < before))


def decisions_of_run(session: Session, workflow_id: str, run_id: str) -> dict[str, StepDecision]:
    """The decisions of a run by step id; steps without a condition have one only if they were skipped."""
    rows = session.scalars(select(StepDecisionRow).filter_by(workflow_id=workflow_id, run_id=run_id))
    return {row.step_id: StepDecision.model_validate(row.decision) for row in rows}


def skipping_decisions(session: Session, workflow_id: str, run_id: str) -> set[str]:
    """The steps of a run that a decision skipped."""
    return {id_ for id_, one in decisions_of_run(session, workflow_id, run_id).items() if one.skipped}


def keep_source_properties(
    session: Session, workflow_id: str, run_id: str, etag: str, properties: SourceProperties
) -> None:
    """Keep what was read of a run's source, whose content `etag` names."""
    key = {"workflow_id": workflow_id, "run_id": run_id}
    values = {"etag": etag, "properties": _PROPERTIES.dump_python(properties, mode="json"), "read_at": utcnow()}
    row = insert(SourcePropertiesRow).values(**key, **values)
    session.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))


def source_properties(session: Session, workflow_id: str, run_id: str, etag: str) -> SourceProperties | None:
    """What was read of the run's source of this content, or None."""
    row = session.get(SourcePropertiesRow, (workflow_id, run_id))
    return _PROPERTIES.validate_python(row.properties) if row and row.etag == etag else None

"""How the steps of a run ended that make no media."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.step_key import StepKey
from media_workflows.store.run_causes import note_causes
from media_workflows.store.tables import ActionResultRow, utcnow


def record_action(session: Session, step: StepKey, result: ActionResult) -> None:
    """Keep the result of a step; a later try replaces it."""
    values = {"result": result.model_dump(mode="json"), "updated_at": utcnow()}
    row = insert(ActionResultRow).values(**step.unmapped, **values)
    session.execute(row.on_conflict_do_update(index_elements=list(step.unmapped), set_=values))
    note_causes(session, [(step.workflow_id, step.run_id)])


def forget_action(session: Session, step: StepKey) -> None:
    """Drop the result of an earlier try: a new one begins."""
    session.execute(delete(ActionResultRow).filter_by(**step.unmapped))
    note_causes(session, [(step.workflow_id, step.run_id)])


def actions_of_run(session: Session, workflow_id: str, run_id: str) -> dict[str, ActionResult]:
    """The results of a run by step id."""
    rows = session.scalars(select(ActionResultRow).filter_by(workflow_id=workflow_id, run_id=run_id))
    return {row.step_id: ActionResult.model_validate(row.result) for row in rows}

"""`notify`: writes the event of the step to the outbox."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.step_actions.notify import Notify
from media_workflows.execution.running_step import RunningStep
from media_workflows.execution.turn import outcomes_before
from media_workflows.notifications.outbox import store_step_event
from media_workflows.notifications.step_event import step_event


def run(step: RunningStep) -> dict[str, Any]:
    """The same steps with the same outcomes are the same event, so a retry sends none twice."""
    request, run_, turn = step.request, step.request.events_of, step.request.turn
    assert run_ is not None
    assert turn is not None
    action = turn.step.action
    assert isinstance(action, Notify)
    body = step_event(
        workflow_id=run_.workflow_id,
        workflow_name=run_.workflow.name,
        revision=run_.revision,
        run_id=run_.run_id,
        step_id=request.step.step_id,
        source=request.source,
        before=turn.before,
        outcomes=outcomes_before(step, turn),
    )
    event = store_step_event(run_, body, action.target)
    step.log(f"event {event.id} is in the outbox; what becomes of it: media-workflows events show {event.id}")
    return {"event_id": event.id}

"""`notify`: writes the event of the step to the outbox."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.step_actions.notify import Notify
from media_workflows.execution.actions.context import turn_and_run
from media_workflows.execution.actions.outcome_body import outcome_body
from media_workflows.execution.running_step import RunningStep
from media_workflows.notifications.outbox import store_step_event


def run(step: RunningStep) -> dict[str, Any]:
    """The same steps with the same outcomes are the same event, so a retry sends none twice."""
    turn, run_ = turn_and_run(step)
    action = turn.step.action
    assert isinstance(action, Notify)
    event = store_step_event(run_, outcome_body(step), action.target)
    step.log(f"event {event.id} is in the outbox; its deliveries: media-workflows events show {event.id}")
    return {"event_id": event.id}

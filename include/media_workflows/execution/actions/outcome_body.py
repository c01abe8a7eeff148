"""What a step without media sends about its run: the source, and how the steps before it ended."""

from __future__ import annotations

from media_workflows.domain.request_context import NO_CONTEXT
from media_workflows.execution.actions.context import turn_and_run
from media_workflows.execution.running_step import RunningStep
from media_workflows.execution.turn import outcomes_before
from media_workflows.notifications.step_event import step_event
from media_workflows.vendor_mps.event import with_context
from media_workflows.vendor_mps.event_shapes import Json


def outcome_body(step: RunningStep) -> Json:
    """The body of the step's event, without its id. The same outcomes give the same body."""
    request, (turn, run) = step.request, turn_and_run(step)
    outcomes = outcomes_before(step, turn)
    body = step_event(run, request.step.step_id, request.source, turn.before, outcomes)
    return body if run.context == NO_CONTEXT else with_context(body, run.context)

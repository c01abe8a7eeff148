"""What every action finds in its running step."""

from __future__ import annotations

from media_workflows.domain.run import Run
from media_workflows.execution.running_step import RunningStep
from media_workflows.execution.turn import Turn


def turn_and_run(step: RunningStep) -> tuple[Turn, Run]:
    """Steps without media are steps of a workflow's graph: they have both."""
    turn, run = step.request.turn, step.request.events_of
    assert turn is not None
    assert run is not None
    return turn, run

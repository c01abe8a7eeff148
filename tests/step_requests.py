"""Steps of workflows, for tests: requested and run as the operators do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from definitions import definition
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES, features_item
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.steps import all_items, job_steps, steps_before
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.execution.request import OutputPlace, StepRequest
from media_workflows.execution.run_step import run_step
from media_workflows.execution.running_step import Resources
from media_workflows.execution.turn import Turn

SOURCE = SourceObject(bucket="in", key="a.mp4", etag="e", size_bytes=1)


def _items(workflow: Workflow, kind: str) -> Sequence[JobItem[Any]]:
    if kind == FEATURES:
        item = features_item(all_items(workflow))
        assert item is not None
        return [item]
    return next(step.items for step in job_steps(workflow) if step.kind == kind)


def step_request(
    workflow: Workflow, kind: str, source: SourceObject, run_id: str = "r1", workflow_id: str = "wf_1", **how: Any
) -> StepRequest:
    """The step of a kind, in revision 1 of a resolved workflow. `quarantine`, and fields of the request."""
    run = Run(workflow_id, run_id, 1, workflow)
    step = StepKey(workflow_id, run_id, how.pop("step_id", kind), how.pop("map_index", -1))
    return StepRequest(
        step=step,
        kind=kind,
        items=_items(workflow, kind),
        source=source,
        output=OutputPlace.of_workflow(workflow, workflow.output, step, how.pop("quarantine", "")),
        started_at=datetime.now(UTC),
        revision=1,
        events_of=run,
        **how,
    )


def graph(*steps: dict[str, Any], **parts: Any) -> Workflow:
    data = definition(steps=list(steps), **parts)
    del data["jobs"]
    return parse_workflow(data)


def action_request(workflow: Workflow, step_id: str, source: SourceObject = SOURCE, **states: str) -> StepRequest:
    """A try of a step while the others are in these states."""
    step = next(step for step in workflow.steps if step.id == step_id)
    key = StepKey("wf_1", "r1", step_id)
    return StepRequest(
        step=key,
        kind=step.kind,
        items=(),
        source=source,
        output=OutputPlace.of_workflow(workflow, workflow.output, key),
        started_at=datetime.now(UTC),
        revision=1,
        events_of=Run("wf_1", "r1", 1, workflow),
        turn=Turn(step, steps_before(step, workflow.steps), lambda: states, 0, is_manual=True),
    )


@dataclass(frozen=True)
class Job:
    """A step that a test runs, maybe in a thread, and cancels."""

    request: StepRequest
    resources: Resources

    def run(self) -> JobResult:
        result = run_step(self.request, self.resources)
        assert isinstance(result, JobResult)
        return result

    def cancel(self) -> None:
        self.resources.cancel.cancel()

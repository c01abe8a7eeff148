"""The requests of a workflow's steps: what a step makes, where its outputs go, and which features it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from media_workflows.domain.jobs import INTELLIGENCE_KINDS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES, features_item
from media_workflows.domain.result import SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.steps import all_items, features_id, job_steps, output_of, shared_features, step_of_task
from media_workflows.domain.workflow import Workflow
from media_workflows.execution.request import OutputPlace, StepRequest

if TYPE_CHECKING:
    from media_workflows.execution.turn import Turn


@dataclass(frozen=True)
class TaskTry:
    """A try of the task that runs the step. `force`: nothing is reused."""

    started_at: datetime
    number: int = 1
    force: bool = False


def workflow_step(
    run: Run, step_id: str, source: SourceObject, task: TaskTry, turn: Turn | None = None, quarantine: str = ""
) -> StepRequest:
    """The request of a step of a resolved workflow; `turn` None = the workflow is flat."""
    workflow, step = run.workflow, step_of_task(run.workflow, step_id)
    extracts = step_id == FEATURES or (step is not None and step_id != step.id)
    output = workflow.output if step is None else output_of(workflow, step)
    key = StepKey(run.workflow_id, run.run_id, step_id)
    return StepRequest(
        step=key,
        kind=FEATURES if extracts else step.kind if step else step_id,
        items=_features_items(workflow, step) if extracts else _items(workflow, step_id),
        source=source,
        output=OutputPlace.of_workflow(workflow, output, key, quarantine),
        started_at=task.started_at,
        revision=run.revision,
        try_number=task.number,
        force=task.force,
        events_of=run,
        features_step=features_id(step, workflow.steps) if step and step.kind in INTELLIGENCE_KINDS else FEATURES,
        turn=turn,
    )


def _items(workflow: Workflow, step_id: str) -> Sequence[JobItem[Any]]:
    return next((step.items for step in job_steps(workflow) if step.id == step_id), ())


def _features_items(workflow: Workflow, step: StepDefinition | None) -> Sequence[JobItem[Any]]:
    """The extraction of what the jobs read that share these features."""
    readers = (
        all_items(workflow)
        if step is None
        else [item for other in shared_features(step, workflow.steps) for item in other.items]
    )
    item = features_item(readers)
    assert item is not None, "the step exists only for jobs that read features"
    return [item]


def quarantine_of(workflow: Workflow, kind: str, *, passed: bool) -> str:
    """What is put before the keys of a job's outputs after a review which the jobs of a flat workflow wait for."""
    review = workflow.jobs.gate if workflow.jobs else None
    if passed or review is None or kind in (FEATURES, review.kind):
        return ""
    return review.quarantine_directory or ""

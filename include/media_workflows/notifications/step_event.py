"""The event of a `notify` step: the run, its source, and the steps before with what they made. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from media_workflows.domain.conditions.outcomes import StepOutcome
from media_workflows.domain.result import OutputRecord, SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.notifications.event_models import OutputFields, StepBefore, StepContent
from media_workflows.notifications.own_event import object_fields, own_event
from media_workflows.vendor_mps.event_shapes import Json

STEP_EVENT = "WorkflowStepEvent"


def step_event(
    run: Run,
    step_id: str,
    source: SourceObject,
    before: Sequence[StepDefinition],
    outcomes: Mapping[str, StepOutcome],
) -> Json:
    """The body without the event's id."""
    content: StepContent = {
        "StepId": step_id,
        "Source": object_fields(source),
        "Steps": [_step(step, outcomes.get(step.id, StepOutcome())) for step in before],
    }
    return own_event(STEP_EVENT, run, content)


def _step(step: StepDefinition, outcome: StepOutcome) -> StepBefore:
    return {
        "StepId": step.id,
        "Kind": step.kind,
        "Status": outcome.status,
        "Answer": outcome.answer,
        "Outputs": [_output(output) for output in outcome.outputs if output.role in ("main", "manifest")],
    }


def _output(output: OutputRecord) -> OutputFields:
    return {"Bucket": output.bucket, "Key": output.key, "Size": output.size_bytes, "Md5": output.md5}

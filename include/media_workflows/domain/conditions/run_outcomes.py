"""The outcomes of a run's steps, from its stored results and Airflow's states of its tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.conditions.outcomes import Status, StepOutcome
from media_workflows.domain.result import JobResult
from media_workflows.domain.step_definition import StepDefinition

_ENDED: dict[str, Status] = {
    "success": "success",
    "failed": "failed",
    "skipped": "skipped",
    "upstream_failed": "upstream_failed",
}


def outcomes_of(
    steps: Sequence[StepDefinition],
    states: Mapping[str, str | None],
    results: Iterable[JobResult],
    actions: Mapping[str, ActionResult],
) -> dict[str, StepOutcome]:
    """Of these steps by id. Results of a step that Airflow has not run in this try of the run are of an earlier one."""
    jobs = {one.step.step_id: one for one in results}
    return {
        step.id: _action_outcome(status, actions.get(step.id))
        if step.action
        else _job_outcome(status, jobs.get(step.id))
        for step in steps
        for status in [_ENDED.get(states.get(step.id) or "")]
    }


def _job_outcome(status: Status | None, result: JobResult | None) -> StepOutcome:
    items = result.items if result and status in ("success", "failed") else ()
    if status == "success" and any(item.status == "FAIL" for item in items):
        status = "failed"  # the step is one that lets the run go on
    return StepOutcome(status, items)


def _action_outcome(status: Status | None, result: ActionResult | None) -> StepOutcome:
    if result is None or status not in ("success", "failed"):
        return StepOutcome(status)
    if result.status == "FAIL":
        return StepOutcome("failed")
    return StepOutcome(status, answer=result.answer, by=result.by)

"""The states of steps that are one task, as Airflow would show them if each had a task of its own. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.result import JobResult
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.steps import steps_of
from media_workflows.domain.workflow import Workflow


def walked_states(
    workflow: Workflow,
    task_state: str | None,
    jobs: Mapping[str, JobResult],
    actions: Mapping[str, ActionResult],
    decisions: Mapping[str, StepDecision],
    begun: Collection[str] = (),
) -> dict[str, str | None]:
    """By step. `task_state` is that of the one task, `begun` are steps with progress that has not ended."""
    continuing = {step.id for step in workflow.steps if step.on_failure == "continue"}

    def state(id_: str) -> str | None:
        if task_state == "running" and id_ in begun:
            return "running"
        if id_ in jobs:
            failed = any(item.status == "FAIL" for item in jobs[id_].items)
            return "failed" if failed and id_ not in continuing else "success"
        if id_ in actions:
            return "failed" if actions[id_].failed and id_ not in continuing else "success"
        if id_ in decisions and decisions[id_].skipped:
            return "skipped"
        return _without_result(task_state)

    return {step.id: state(step.id) for step in steps_of(workflow)}


def _without_result(task_state: str | None) -> str | None:
    """Of a step that left nothing: it waits for the task, or the task ended without its turn."""
    if task_state in ("failed", "upstream_failed"):
        return "upstream_failed"
    return "skipped" if task_state in ("success", "skipped") else None

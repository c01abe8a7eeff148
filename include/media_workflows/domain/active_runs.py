"""How many runs of a workflow may be active in Airflow at the same time. Pure."""

from __future__ import annotations

from media_workflows.domain.places import awaited_add_ons
from media_workflows.domain.workflow import Workflow

WAITING_RUNS = 1000  # as many as an author may set; pools limit the tasks


def run_limit_of(workflow: Workflow) -> int | None:
    """The limit that the workflow sets, or needs; None = Airflow's own.

    A run that waits for add-ons or a person holds no slot, but is active: Airflow's 16 would then hold up every later
    upload until an object arrives or a person answers.
    """
    return workflow.airflow.max_active_runs or (WAITING_RUNS if _may_wait(workflow) else None)


def _may_wait(workflow: Workflow) -> bool:
    asks = any(step.approval for step in workflow.steps) or (workflow.jobs is not None and workflow.jobs.gate)
    asks = asks or (workflow.budget is not None and workflow.budget.when_over == "ask")
    return bool(asks or awaited_add_ons(workflow))

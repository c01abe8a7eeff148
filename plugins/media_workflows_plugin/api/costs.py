"""Routes: what runs used and cost, by workflow and month, and the budgets of workflows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.services.costs import MOST_MONTHS, BudgetStatus, Costs, budget_status, costs
from media_workflows_plugin.api.access import ReadableWorkflows, Reader, RunReader
from media_workflows_plugin.api.conditional import ConditionalRoute

router = APIRouter(prefix="/api/v1", tags=["costs"], route_class=ConditionalRoute)


@router.get("/costs")
def get_costs(
    readable: ReadableWorkflows,
    _user: RunReader,
    months: Annotated[int, Query(ge=1, le=MOST_MONTHS, description="How many months, this one included")] = 12,
) -> Costs:
    """List what the runs of each workflow used and cost, by month, and budgets; those that the user may see."""
    with run_history() as session:
        return costs(session, readable, months)


@router.get("/workflows/{workflow_id}/budget")
def get_budget(workflow_id: str, _user: Reader) -> BudgetStatus:
    """The budget of a workflow, and what its runs have used of it this month."""
    with run_history() as session:
        return budget_status(session, workflow_id)

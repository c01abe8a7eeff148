"""Route: what runs used and cost, by workflow and month."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.services.costs import MOST_MONTHS, Costs, costs
from media_workflows_plugin.api.access import ReadableWorkflows, RunReader
from media_workflows_plugin.api.conditional import ConditionalRoute

router = APIRouter(prefix="/api/v1/costs", tags=["costs"], route_class=ConditionalRoute)


@router.get("")
def get_costs(
    readable: ReadableWorkflows,
    _user: RunReader,
    months: Annotated[int, Query(ge=1, le=MOST_MONTHS, description="How many months, this one included")] = 12,
) -> Costs:
    """List what the runs of each workflow used and cost, by month; those that the user may see."""
    with run_history() as session:
        return costs(session, readable, months)

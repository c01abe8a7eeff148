"""Route: the state of the installation, for the first page."""

from __future__ import annotations

from fastapi import APIRouter

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.services.home import Home, home
from media_workflows_plugin.api.access import ReadableWorkflows, RunReader
from media_workflows_plugin.api.conditional import ConditionalRoute

router = APIRouter(prefix="/api/v1/home", tags=["home"], route_class=ConditionalRoute)


@router.get("")
def get_home(readable: ReadableWorkflows, _user: RunReader) -> Home:
    """What waits, runs, failed and was processed in the last 24 hours, and whether everything works."""
    with run_history() as session:
        return home(session, readable)

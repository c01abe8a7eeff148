"""Routes: schedules of the commercial service, in and out."""

from __future__ import annotations

from typing import Any

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from media_workflows.services import schedules as service
from media_workflows.services import workflows as workflow_service
from media_workflows.services.schedules import ExportedSchedule, ImportedSchedule
from media_workflows_plugin.api.access import Creator, Reader, require
from media_workflows_plugin.api.audit import note_changed, note_workflows
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1", tags=["schedules"], route_class=GuardedRoute)


class ScheduleRequest(BaseModel):
    """A schedule, as CreateSchedule takes it and DescribeSchedules returns it."""

    schedule: dict[str, Any] = Field(description="ScheduleName, Trigger, Activities, …")


@router.post("/schedules/import")
def import_schedule(
    request: ScheduleRequest, user: Creator, airflow_user: GetUserDep, http: Request
) -> ImportedSchedule:
    """Create a disabled workflow from a schedule, or update the one of its name; an enabled workflow is refused."""

    def may_edit(workflow_id: str) -> None:
        require(airflow_user, "PUT", workflow_id)
        note_workflows(http, [workflow_id])

    imported = service.import_schedule(request.schedule, user, may_edit)
    note_changed(http, [imported.id])
    return imported


@router.get("/workflows/{workflow_id}/schedule")
def export_schedule(workflow_id: str, _user: Reader) -> ExportedSchedule:
    """Write a workflow with steps as a schedule."""
    return service.export_schedule(workflow_service.get_workflow(workflow_id).workflow.definition)

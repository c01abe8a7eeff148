"""Routes: two runs, or two revisions of a workflow, side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from media_workflows.domain.plain_data import MAX_INTEGER
from media_workflows.errors import NotFoundError
from media_workflows.services.comparison import Comparison, RevisionRuns, compare_runs, runs_of_revisions
from media_workflows_plugin.api.access import ReadableWorkflows, RunReader
from media_workflows_plugin.api.conditional import ConditionalRoute

router = APIRouter(prefix="/api/v1", tags=["comparison"], route_class=ConditionalRoute)

Workflow = Annotated[str, Query(description="Id of a workflow")]
Run = Annotated[str, Query(description="Id of a run of it")]
Revision = Annotated[int, Query(ge=0, le=MAX_INTEGER)]


def _require_readable(workflow_id: str, readable: set[str]) -> None:
    if workflow_id not in readable:
        raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=workflow_id)


@router.get("/comparison")
def get_comparison(
    _user: RunReader,
    readable: ReadableWorkflows,
    left_workflow: Workflow,
    left: Run,
    right_workflow: Workflow,
    right: Run,
) -> Comparison:
    """Compare two runs: their items side by side, with files, sizes, quality and time."""
    for workflow_id in (left_workflow, right_workflow):
        _require_readable(workflow_id, readable)
    return compare_runs((left_workflow, left), (right_workflow, right))


@router.get("/workflows/{workflow_id}/revision-runs")
def get_revision_runs(workflow_id: str, _user: RunReader, left: Revision, right: Revision) -> RevisionRuns:
    """The newest runs of two revisions that processed the same file, else the newest of each, to compare."""
    return runs_of_revisions(workflow_id, left, right)

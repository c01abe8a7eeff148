"""Routes: upload decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from media_workflows.airflow_adapter.run_tasks import run_states
from media_workflows.domain.candidates import RULE_MEANINGS, SIDECARS_DAG, Rule, UploadDecision
from media_workflows.services.caller_places import sees_all
from media_workflows.services.detection import Detection, detection_of
from media_workflows.store import uploads as upload_store
from media_workflows.store.engine import transaction
from media_workflows_plugin.api.access import ReadableWorkflows, Reader
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.schemas import Limit, Offset, UploadAnswer, UploadsAnswer

router = APIRouter(prefix="/api/v1", tags=["records"], route_class=ConditionalRoute)


@router.get("/uploads")
def list_uploads(
    readable: ReadableWorkflows,
    _user: Reader,
    bucket: str | None = None,
    key: str | None = None,
    workflow: Annotated[str | None, Query(description="Id of a workflow")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> UploadsAnswer:
    """List upload decisions, newest first: accepted (with the run) or refused (with the rule)."""
    no_workflow = {""} if sees_all() else set()  # a decision on an upload of any bucket
    ids = readable | no_workflow if workflow is None else readable & {workflow}
    with transaction() as session:
        page = upload_store.list_decisions(session, bucket, key, ids, offset, limit)
    return UploadsAnswer(total=page.total, total_is_exact=page.total_is_exact, items=_answers(page.items))


@router.get("/workflows/{workflow_id}/detection")
def get_detection(workflow_id: str, _user: Reader) -> Detection:
    """How far behind the detection of a workflow's uploads is, and why: last poll, last decision, errors of sources."""
    return detection_of(workflow_id)


def _answers(decisions: Sequence[UploadDecision]) -> list[UploadAnswer]:
    joins = [one.run_id for one in decisions if one.rule is Rule.SIDECAR and one.run_id]
    states = run_states(SIDECARS_DAG, joins)
    return [
        UploadAnswer(
            **one.model_dump(),
            meaning=RULE_MEANINGS[one.rule],
            join_state=states.get(one.run_id) if one.run_id else None,
        )
        for one in decisions
    ]

"""Routes: approvals that wait for a person, and their answers."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from media_workflows.domain.step_actions.approval import MAX_COMMENT, Answer
from media_workflows.domain.step_key import StepKey
from media_workflows.services import approvals as service
from media_workflows.services.approvals import MayAnswer, WaitingApproval
from media_workflows.services.run_report import RunReport, run_report
from media_workflows.store.tables.base import STEP_ID_LENGTH
from media_workflows.store.workflows import ID_PREFIX
from media_workflows_plugin.api.access import AnswerableRun, Answerer, ReadableWorkflows, RunReader, may
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.schemas import Limit

router = APIRouter(prefix="/api/v1", tags=["approvals"], route_class=ConditionalRoute)


class ApprovalsAnswer(BaseModel):
    """The approvals that have waited longest; `total` counts all that wait."""

    total: int
    items: list[WaitingApproval]


class AnswerRequest(BaseModel):
    """The answer to an approval, and why."""

    answer: Answer
    comment: str = Field("", max_length=MAX_COMMENT)


def permission_of(user: BaseUser) -> MayAnswer:
    """As for Airflow's own page of required actions."""

    def may_answer(workflow_id: str, who: tuple[str, ...]) -> bool:
        if not may(user, "PUT", workflow_id, DagAccessEntity.HITL_DETAIL):
            return False
        return not who or get_auth_manager().is_authorized_hitl_task(assigned_users=set(who), user=user)

    return may_answer


@router.get("/approvals")
def list_approvals(
    readable: ReadableWorkflows,
    _user: RunReader,
    user: GetUserDep,
    workflow: Annotated[str | None, Query(description="Id of a workflow; none = all that this user may see")] = None,
    run: Annotated[str, Query(description="Id of a run")] = "",
    step: Annotated[str, Query(description="Id of a step; budget-check = runs over their budget")] = "",
    limit: Limit = 50,
) -> ApprovalsAnswer:
    """List the approvals that wait, gates of reviews and runs over their budget, the oldest first."""
    ids = {id_ for id_ in readable if id_.startswith(ID_PREFIX) and workflow in (None, id_)}
    found = service.waiting_approvals(ids, permission_of(user), run_id=run, step_id=step)
    return ApprovalsAnswer(total=len(found), items=found[:limit])


@router.post("/runs/{run_id}/approvals/{step_id}")
def answer_approval(
    _user: Answerer,
    user: GetUserDep,
    run: AnswerableRun,
    step_id: Annotated[str, Path(max_length=STEP_ID_LENGTH)],
    request: AnswerRequest,
) -> RunReport:
    """Answer an approval of a run: 409 if it was answered meanwhile, here or in Airflow."""
    may_answer = permission_of(user)
    asking = StepKey(run.workflow_id, run.run_id, step_id)
    service.answer_approval(asking, request.answer, request.comment, user, may_answer)
    return run_report(run.workflow_id, run.run_id)

"""Routes of the review desk: runs to review, their findings, and the decisions of persons."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.run_review import RunDecision, Verdict
from media_workflows.domain.step_actions.approval import MAX_COMMENT
from media_workflows.services import reviews as service
from media_workflows.services.reviews import DeskReview, ReviewRows
from media_workflows.store.reviews import ReviewState
from media_workflows.store.tables import utcnow
from media_workflows.store.tables.reviews import FINDING_ID_LENGTH
from media_workflows.store.workflows import ID_PREFIX
from media_workflows_plugin.api.access import EditorOfRun, ReadableRun, ReadableWorkflows, RunReader, SomeEditor
from media_workflows_plugin.api.approvals import permission_of
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.schemas import Limit, Offset

router = APIRouter(prefix="/api/v1", tags=["reviews"], route_class=ConditionalRoute)
MAX_FINDINGS = 10_000  # of one request

FindingId = Annotated[str, Field(max_length=FINDING_ID_LENGTH)]
Note = Annotated[str, Field(max_length=MAX_COMMENT)]


class FindingsDecision(BaseModel):
    """A decision on findings. A verdict or note that is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    ids: list[FindingId] = Field(min_length=1, max_length=MAX_FINDINGS)
    verdict: Verdict | None = None
    note: Note | None = None


class ReviewDecision(BaseModel):
    """The decision on a run."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    note: Note = ""


@router.get("/reviews")
def list_reviews(
    readable: ReadableWorkflows,
    _user: RunReader,
    state: Annotated[
        ReviewState, Query(description="Open, the longest open first; or decided, the latest first")
    ] = "open",
    workflow: Annotated[str | None, Query(description="Id of a workflow; none = all that this user may see")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> ReviewRows:
    """List the runs that a person has to review, or has reviewed."""
    ids = {id_ for id_ in readable if (id_.startswith(ID_PREFIX) or id_ == PROCESS) and workflow in (None, id_)}
    return service.list_reviews(ids, state, offset, limit)


@router.get("/runs/{run_id}/review")
def get_review(_user: RunReader, user: GetUserDep, run: ReadableRun) -> DeskReview:
    """The findings of a run with the decisions on them, and the questions that wait for the decision on the run."""
    return service.desk_review(run.workflow_id, run.run_id, permission_of(user))


@router.post("/runs/{run_id}/review/findings")
def decide_findings(author: SomeEditor, user: GetUserDep, run: EditorOfRun, decision: FindingsDecision) -> DeskReview:
    """Pass or block findings of a run, or write a note on them; it opens a decided run again."""
    service.decide_findings(run.workflow_id, run.run_id, decision.ids, decision.verdict, decision.note, author)
    return service.desk_review(run.workflow_id, run.run_id, permission_of(user))


@router.post("/runs/{run_id}/review")
def decide_run(author: SomeEditor, user: GetUserDep, run: EditorOfRun, decision: ReviewDecision) -> DeskReview:
    """Pass or block a run; this answers its gate, or the approvals after its review, where one waits."""
    may_answer = permission_of(user)
    made = RunDecision(verdict=decision.verdict, note=decision.note, by=author, at=utcnow(), answered="")
    service.decide_run(run.workflow_id, run.run_id, made, user, may_answer)
    return service.desk_review(run.workflow_id, run.run_id, may_answer)

"""Routes: upload decisions, runs."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Query

from media_workflows.model.upload import RULE_MEANINGS, UploadDecision
from media_workflows.orchestration import dag_state
from media_workflows.store import runs as run_store
from media_workflows.store import uploads as upload_store
from media_workflows.store.engine import transaction
from media_workflows_plugin.api.access import ReadableWorkflows, Reader, RunReader
from media_workflows_plugin.api.schemas import RunAnswer, RunsAnswer, UploadAnswer, UploadsAnswer

router = APIRouter(prefix="/api/v1", tags=["records"])
Offset = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=1000)]


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
    """What was decided about uploads, newest first: fired (with the run) or refused (with the rule)."""
    ids = readable | {""} if workflow is None else readable & {workflow}
    with transaction() as session:
        page = upload_store.list_decisions(session, bucket, key, ids, offset, limit)
    return UploadsAnswer(total=page.total, items=[_upload(decision) for decision in page.items])


def _upload(decision: UploadDecision) -> UploadAnswer:
    return UploadAnswer(**decision.model_dump(), meaning=RULE_MEANINGS[decision.rule])


@router.get("/runs")
def list_runs(
    user: GetUserDep,
    _user: RunReader,
    workflow: Annotated[str, Query(description="Id of a workflow; a deleted one's runs are still there")],
    offset: Offset = 0,
    limit: Limit = 50,
) -> RunsAnswer:
    """A workflow's runs, newest first, with source and results."""
    if workflow not in get_auth_manager().get_authorized_dag_ids(user=user, method="GET"):
        raise HTTPException(404, f"no workflow {workflow!r}")
    page = dag_state.list_runs(workflow, offset, limit)
    with transaction() as session:
        records = run_store.get_runs(session, workflow, [run.run_id for run in page.items])
    return RunsAnswer(total=page.total, items=[_run(run, records.get(run.run_id)) for run in page.items])


def _run(run: dag_state.DagRunSummary, record: run_store.RunRecord | None) -> RunAnswer:
    return RunAnswer(
        **run.model_dump(),
        revision=record.revision if record else None,
        source=record.source if record else None,
        error=record.error if record else None,
        jobs=list(record.jobs) if record else [],
    )

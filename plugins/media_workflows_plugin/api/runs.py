"""Routes: list, show, cancel and retry runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.errors import NotFoundError
from media_workflows.services import run_control
from media_workflows.services.run_report import RunReport, run_report
from media_workflows.store import run_history as history
from media_workflows.store import runs as run_store
from media_workflows.store.workflows import ID_PREFIX
from media_workflows_plugin.api.access import EditableRun, ReadableRun, ReadableWorkflows, RunEditor, RunReader
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.schemas import Limit, Offset, RecentRunsAnswer, RetryRequest, RunAnswer, RunsAnswer

router = APIRouter(prefix="/api/v1/runs", tags=["runs"], route_class=ConditionalRoute)


@router.get("")
def list_runs(
    readable: ReadableWorkflows,
    _user: RunReader,
    workflow: Annotated[str, Query(description="Id of a workflow; a deleted one's runs are still there")],
    offset: Offset = 0,
    limit: Limit = 50,
) -> RunsAnswer:
    """List a workflow's runs, newest first, with source and results; findings are in the report of one run only."""
    if workflow not in readable:
        raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=workflow)
    with run_history() as session:
        page = history.list_runs(session, workflow, offset, limit)
        records = run_store.get_runs(session, workflow, [run.run_id for run in page.items])
    return RunsAnswer(total=page.total, items=[_run(run, records.get(run.run_id)) for run in page.items])


def _run(run: history.DagRunSummary, record: run_store.RunRecord | None) -> RunAnswer:
    return RunAnswer(
        **run.model_dump(),
        revision=record.revision if record else None,
        source=record.source if record else None,
        error=record.error if record else None,
        jobs=[job.without_findings() for job in record.jobs] if record else [],
    )


@router.get("/recent")
def list_recent_runs(
    readable: ReadableWorkflows, _user: RunReader, limit: Annotated[int, Query(ge=1, le=200)] = 20
) -> RecentRunsAnswer:
    """List the newest runs of all workflows that this user may see."""
    workflows = {dag_id for dag_id in readable if dag_id.startswith(ID_PREFIX)}
    with run_history() as session:
        return RecentRunsAnswer(items=history.recent_runs(session, workflows, limit))


@router.get("/{run_id}")
def get_run(_user: RunReader, run: ReadableRun) -> RunReport:
    """One run: its source, the outputs of each item, the progress of each job."""
    return run_report(run.workflow_id, run.run_id)


@router.post("/{run_id}/cancel")
def cancel_run(user: RunEditor, run: EditableRun) -> RunReport:
    """End an unfinished run as failed; nothing more is published."""
    run_control.cancel_run(run.workflow_id, run.run_id, user)
    return run_report(run.workflow_id, run.run_id)


@router.post("/{run_id}/retry")
def retry_run(_user: RunEditor, run: EditableRun, request: RetryRequest | None = None) -> RunReport:
    """Run the failed tasks of a finished run again, or one step, with what depends on it; its event is sent again."""
    options = request or RetryRequest()
    run_control.retry_run(run.workflow_id, run.run_id, force=options.force, step=options.step)
    return run_report(run.workflow_id, run.run_id)

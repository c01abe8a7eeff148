"""Routes: list, show, cancel and retry runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.errors import NotFoundError
from media_workflows.services import run_control, run_list
from media_workflows.services.run_report import RunReport, run_report
from media_workflows.store.run_list import CauseCount, RunFilter, RunState
from media_workflows.store.runs import results_of_runs
from media_workflows_plugin.api.access import EditableRun, ReadableRun, ReadableWorkflows, RunEditor, RunReader
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.schemas import Limit, Moment, Offset, RetryRequest, RunAnswer, RunsAnswer

router = APIRouter(prefix="/api/v1/runs", tags=["runs"], route_class=ConditionalRoute)


def run_filter(
    readable: ReadableWorkflows,
    _user: RunReader,
    workflow: Annotated[str | None, Query(description="Id of a workflow; a deleted one's runs are still there")] = None,
    state: Annotated[list[RunState], Query(description="Any of these states; none = all")] = [],  # noqa: B006
    since: Annotated[Moment | None, Query(description="Created at this time or later")] = None,
    until: Annotated[Moment | None, Query(description="Created before this time")] = None,
    ended_since: Annotated[Moment | None, Query(description="Ended at this time or later")] = None,
    cause: Annotated[
        str,
        Query(description="Error code of something that failed in the run; WaitsForApproval: it waits for a person"),
    ] = "",
    search: Annotated[str, Query(description="Words of the object key, by their beginnings", max_length=200)] = "",
) -> RunFilter:
    """The filter of the query, restricted to what this user may see. Raises NotFoundError for another workflow."""
    if workflow is not None and workflow not in readable:
        raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=workflow)
    return RunFilter(
        workflow_ids=frozenset(readable if workflow is None else {workflow}),
        states=frozenset(state),
        since=since,
        until=until,
        ended_since=ended_since,
        cause=cause,
        search=search,
    )


Filter = Annotated[RunFilter, Depends(run_filter)]


@router.get("")
def list_runs(
    which: Filter,
    results: Annotated[bool, Query(description="With `jobs`, the results of the steps")] = True,
    offset: Offset = 0,
    limit: Limit = 50,
) -> RunsAnswer:
    """List runs, newest first, with source and results; findings are in the report of one run only."""
    with run_history() as session:
        page = run_list.list_runs(session, which, offset, limit)
        keys = [(run.workflow_id, run.run_id) for run in page.items]
        jobs = results_of_runs(session, keys) if results else {}
    return RunsAnswer(
        total=page.total,
        total_is_exact=page.total_is_exact,
        items=[
            RunAnswer(
                **run.model_dump(),
                jobs=[job.without_findings() for job in jobs.get((run.workflow_id, run.run_id), [])],
            )
            for run in page.items
        ],
    )


@router.get("/causes")
def list_causes(which: Filter) -> list[CauseCount]:
    """Count why the newest 1,000 failed runs of the filter failed: by error code, the most frequent first.

    Before them, as WaitsForApproval, the runs that wait for a person.
    """
    with run_history() as session:
        return run_list.list_causes(session, which)


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

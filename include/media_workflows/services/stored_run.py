"""What our database has of one run, read at once for its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.progress import JobProgress
from media_workflows.domain.request_context import NO_CONTEXT, RequestContext
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.run_report import EarlyPlaylist
from media_workflows.domain.run_review import RunReview
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_key import StepInstance
from media_workflows.domain.workflow import Workflow
from media_workflows.services.reviews import decided_review
from media_workflows.store import runs as run_store
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.backfill_objects import backfill_of_run, context_of_run
from media_workflows.store.bucket_regions import region_of
from media_workflows.store.decisions import decisions_of_run
from media_workflows.store.early_objects import early_playlists
from media_workflows.store.events import end_reported_at
from media_workflows.store.processes import RequestOfRun, requests_of_runs
from media_workflows.store.progress import progress_of_run
from media_workflows.store.run_history import DagRunSummary, find_run
from media_workflows.store.runs import CancelRequest, RunRecord
from media_workflows.store.workflows import resolved_at


@dataclass(frozen=True)
class StoredRun:
    """What our database has of a run; `reported` is the run as its events have it."""

    workflow_id: str
    run: DagRunSummary
    reported: DagRunSummary
    workflow: Workflow
    record: RunRecord | None = None
    request: RequestOfRun | None = None
    backfill_id: str | None = None
    cancelled: CancelRequest | None = None
    progress: Mapping[StepInstance, JobProgress] = field(default_factory=dict)
    decisions: Mapping[str, StepDecision] = field(default_factory=dict)
    actions: Mapping[str, ActionResult] = field(default_factory=dict)
    early: Mapping[StepInstance, Sequence[EarlyPlaylist]] = field(default_factory=dict)
    review: RunReview | None = None
    region: str = ""
    context: RequestContext = NO_CONTEXT

    @property
    def jobs(self) -> tuple[JobResult, ...]:
        return self.record.jobs if self.record else ()

    @property
    def source(self) -> SourceObject | None:
        return self.record.source if self.record else None


def stored_run(session: Session, workflow_id: str, run_id: str) -> StoredRun:
    """What our database has of a run and of the workflow that it ran. Raises NotFoundError."""
    run = find_run(session, workflow_id, run_id)
    record = run_store.get_run(session, workflow_id, run_id)
    request = requests_of_runs(session, [run_id]).get(run_id) if workflow_id == PROCESS else None
    revision = request.number if request else record.revision if record else None
    workflow = resolved_at(session, workflow_id, revision)
    return StoredRun(
        workflow_id=workflow_id,
        run=run,
        reported=_as_reported(session, workflow_id, run),
        workflow=workflow,
        record=record,
        request=request,
        backfill_id=None if request else backfill_of_run(session, workflow_id, run_id),
        cancelled=run_store.cancellation(session, workflow_id, run_id),
        progress=progress_of_run(session, workflow_id, run_id),
        decisions=decisions_of_run(session, workflow_id, run_id),
        actions=actions_of_run(session, workflow_id, run_id),
        early=early_playlists(session, workflow_id, run_id),
        review=decided_review(session, workflow_id, run_id, record.jobs if record else ()),
        region=region_of(session, workflow),
        context=context_of_run(session, workflow_id, run_id),
    )


def _as_reported(session: Session, workflow_id: str, run: DagRunSummary) -> DagRunSummary:
    """The run as its events have it: after that of its end, a receiver must not read that the task is processing.

    Airflow ends a run some seconds after the task that stores the event.
    """
    if run.state != "running" or run.started_at is None:
        return run
    ended_at = end_reported_at(session, workflow_id, run.run_id, run.started_at)
    return run.model_copy(update={"state": "ended", "ended_at": ended_at}) if ended_at else run

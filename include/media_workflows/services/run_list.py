"""Lists of runs with what a person asks first: the file, how far it is, why it failed, a picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from sqlalchemy.orm import Session

from media_workflows.airflow_adapter.questions import asking_runs
from media_workflows.airflow_adapter.run_tasks import unended_tasks
from media_workflows.airflow_adapter.waiting import waits
from media_workflows.domain.base import Model
from media_workflows.domain.progress import stalled_s
from media_workflows.domain.steps import job_steps
from media_workflows.domain.waiting import WAITS_FOR_APPROVAL, Waiting
from media_workflows.errors import NotFoundError
from media_workflows.settings import get_settings
from media_workflows.store import run_list as store
from media_workflows.store import run_summaries
from media_workflows.store.engine import transaction
from media_workflows.store.run_copies import UNFINISHED
from media_workflows.store.run_list import CauseCount, ListedRun, RunFilter
from media_workflows.store.run_summaries import Cause, RunSummary, StepsProgress
from media_workflows.store.tables import utcnow
from media_workflows.store.tables.runs import CANCELLED
from media_workflows.store.workflows import resolved_at


class RunRow(ListedRun):
    """A run in a list. `percent` and `eta_s` are those of an unfinished run.

    `eta_s` is None until all its steps have begun: before, nothing is known of the others. `picture` is the path of a
    snapshot below the API's root. `cause` is why it failed, or an item of it; what is tried again has none.
    `stalled_s`: an encode of it has stood still for so long. `waiting` is what it or its first task that is due waits
    for.
    """

    cause: Cause | None
    outputs: int
    picture: str | None
    percent: float | None
    eta_s: float | None
    stalled_s: int | None
    waiting: Waiting | None


class RunRows(Model):
    """One page of runs, newest first; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    items: list[RunRow]


def list_runs(session: Session, which: RunFilter, offset: int, limit: int) -> RunRows:
    """A page of runs with their summaries."""
    page = store.list_runs(session, _found(which), offset, limit)
    return RunRows(total=page.total, total_is_exact=page.total_is_exact, items=rows_of(session, page.items))


def list_causes(session: Session, which: RunFilter) -> list[CauseCount]:
    """Why runs of a filter wait for a person or have failed, with their numbers; `cause` of the filter is left out."""
    others = which.model_copy(update={"cause": ""})
    asking, _ = store.count_runs(session, _found(which.model_copy(update={"cause": WAITS_FOR_APPROVAL})))
    waiting = [CauseCount(code=WAITS_FOR_APPROVAL, runs=asking)] if asking else []
    return [*waiting, *store.causes(session, others)]


def _found(which: RunFilter) -> RunFilter:
    """With the runs that wait for a person in place of that cause: Airflow knows them, not our database."""
    if which.cause != WAITS_FOR_APPROVAL:
        return which
    return which.model_copy(update={"cause": "", "runs": asking_runs(which.workflow_ids)})


def rows_of(session: Session, runs: Sequence[ListedRun]) -> list[RunRow]:
    """These runs with their summaries."""
    keys = [(run.workflow_id, run.run_id) for run in runs]
    unfinished = [key for key, run in zip(keys, runs, strict=True) if run.state in UNFINISHED]
    found = run_summaries.summaries(session, keys, unended_tasks(unfinished))
    cancelled = run_summaries.cancellations(session, keys)
    progress, waiting = run_summaries.progress_of_runs(session, unfinished), waits(unfinished)
    items = []
    for key, run in zip(keys, runs, strict=True):
        row = _row(run, found.get(key, RunSummary()), cancelled.get(key))
        is_begun = run.state in UNFINISHED and key in progress
        row = _with_progress(row, progress[key]) if is_begun else row
        items.append(row.model_copy(update={"waiting": next(iter(waiting.get(key, {}).values()), None)}))
    return items


def _row(run: ListedRun, summary: RunSummary, cancelled_by: str | None) -> RunRow:
    picture = summary.picture
    place = f"workflows/{quote(run.workflow_id, safe='')}/runs/{quote(run.run_id, safe='')}/content"
    return RunRow(
        **run.model_dump(),
        cause=_cause(run, summary, cancelled_by),
        outputs=summary.outputs,
        picture=f"{place}/{quote(picture)}" if picture else None,
        percent=None,
        eta_s=None,
        stalled_s=None,
        waiting=None,
    )


def _cause(run: ListedRun, summary: RunSummary, cancelled_by: str | None) -> Cause | None:
    if cancelled_by is not None and run.state != "success":  # else it came too late
        return Cause(code=CANCELLED, message=f"the run was cancelled by {cancelled_by}")
    # The error of a source ends its run, so an unfinished one has it from an earlier try.
    return Cause.model_validate(run.error) if run.error and run.state not in UNFINISHED else summary.failure


def _with_progress(row: RunRow, progress: StepsProgress) -> RunRow:
    steps = max(0 if row.revision is None else _step_count(row.workflow_id, row.revision), progress.begun)
    eta_s = progress.eta_s if progress.begun == steps else None
    stalled = stalled_s(progress.moved_at, utcnow(), get_settings().ffmpeg_stall_s)
    return row.model_copy(update={"percent": progress.percents / steps, "eta_s": eta_s, "stalled_s": stalled})


@lru_cache(maxsize=1024)
def _step_count(workflow_id: str, revision: int) -> int:
    """How many steps with a job a revision has, which never changes."""
    try:
        with transaction() as session:
            return len(job_steps(resolved_at(session, workflow_id, revision)))
    except NotFoundError:  # a hand-written DAG
        return 0

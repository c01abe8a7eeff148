"""Lists of runs with what a person asks first: the file, how far it is, why it failed, a picture."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.steps import job_steps
from media_workflows.errors import NotFoundError
from media_workflows.store import run_list as store
from media_workflows.store.engine import transaction
from media_workflows.store.run_copies import UNFINISHED
from media_workflows.store.run_list import Cause, ListedRun, RunFilter, RunSummary, StepsProgress
from media_workflows.store.tables.runs import CANCELLED
from media_workflows.store.workflows import resolved_at


class RunRow(ListedRun):
    """A run in a list. `percent` and `eta_s` are those of an unfinished run.

    `eta_s` is None until all its steps have begun: before, nothing is known of the others. `picture` is the path of a
    snapshot below the API's root. `cause` is why it failed, or an item of it.
    """

    cause: Cause | None
    outputs: int
    picture: str | None
    percent: float | None
    eta_s: float | None


class RunRows(Model):
    """One page of runs, newest first; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    items: list[RunRow]


def list_runs(session: Session, which: RunFilter, offset: int, limit: int) -> RunRows:
    """A page of runs with their summaries."""
    page = store.list_runs(session, which, offset, limit)
    keys = [(run.workflow_id, run.run_id) for run in page.items]
    unfinished = [key for key, run in zip(keys, page.items, strict=True) if run.state in UNFINISHED]
    found, cancelled = store.summaries(session, keys), store.cancellations(session, keys)
    progress = store.progress_of_runs(session, unfinished)
    items = []
    for key, run in zip(keys, page.items, strict=True):
        row = _row(run, found.get(key, RunSummary()), cancelled.get(key))
        is_begun = run.state in UNFINISHED and key in progress
        items.append(_with_progress(row, progress[key]) if is_begun else row)
    return RunRows(total=page.total, total_is_exact=page.total_is_exact, items=items)


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
    )


def _cause(run: ListedRun, summary: RunSummary, cancelled_by: str | None) -> Cause | None:
    if cancelled_by is not None:
        return Cause(code=CANCELLED, message=f"the run was cancelled by {cancelled_by}")
    return Cause.model_validate(run.error) if run.error else summary.failure


def _with_progress(row: RunRow, progress: StepsProgress) -> RunRow:
    steps = max(0 if row.revision is None else _step_count(row.workflow_id, row.revision), progress.begun)
    eta_s = progress.eta_s if progress.begun == steps else None
    return row.model_copy(update={"percent": progress.percents / steps, "eta_s": eta_s})


@lru_cache(maxsize=1024)
def _step_count(workflow_id: str, revision: int) -> int:
    """How many steps with a job a revision has, which never changes."""
    try:
        with transaction() as session:
            return len(job_steps(resolved_at(session, workflow_id, revision)))
    except NotFoundError:  # a hand-written DAG
        return 0

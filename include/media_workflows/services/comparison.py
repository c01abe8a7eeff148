"""Compares two runs, of the same workflow or of two."""

from __future__ import annotations

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.domain.base import Model
from media_workflows.domain.result import SourceObject
from media_workflows.domain.run_comparison import ComparedPair, paired_items
from media_workflows.domain.run_report import MediaFile
from media_workflows.services.run_report import RunReport, run_report
from media_workflows.store.engine import transaction
from media_workflows.store.revision_runs import runs_of_revision
from media_workflows.store.workflows import names_of


class ComparedRun(Model):
    """One of the runs. `bytes` are those of all its outputs. `seconds` is from its start to its end.

    `work_seconds` is the time of its jobs, one after the other. None = not ended.
    """

    workflow_id: str
    workflow_name: str
    run_id: str
    revision: int | None
    state: str
    source: SourceObject | None
    before: MediaFile | None
    bytes: int
    seconds: float | None
    work_seconds: float | None


class Comparison(Model):
    """Two runs side by side. `same_source`: their sources have the same content; None = not known yet."""

    left: ComparedRun
    right: ComparedRun
    same_source: bool | None
    items: list[ComparedPair]


class RevisionRuns(Model):
    """A run of each of two revisions; '' = it has no successful run."""

    left: str
    right: str


def compare_runs(left: tuple[str, str], right: tuple[str, str]) -> Comparison:
    """Compare two runs, each (workflow, run). Raises NotFoundError."""
    reports = run_report(*left), run_report(*right)
    with transaction() as session:
        names = names_of(session, {left[0], right[0]})
    ours, theirs = (_compared(report, names.get(report.workflow_id, report.workflow_id)) for report in reports)
    return Comparison(
        left=ours,
        right=theirs,
        same_source=_same_source(*reports),
        items=paired_items(reports[0].jobs, reports[1].jobs),
    )


def _compared(report: RunReport, workflow_name: str) -> ComparedRun:
    took = report.ended_at - report.started_at if report.started_at and report.ended_at else None
    worked = [job.finished_at - job.begun_at for job in report.jobs if job.begun_at and job.finished_at]
    return ComparedRun(
        **report.model_dump(include={"workflow_id", "run_id", "revision", "state"}),
        workflow_name=workflow_name,
        source=report.source,
        before=report.before,
        bytes=sum(file.size_bytes for job in report.jobs for item in job.items for file in item.after),
        seconds=took.total_seconds() if took else None,
        work_seconds=sum(time.total_seconds() for time in worked) if worked else None,
    )


def _same_source(one: RunReport, other: RunReport) -> bool | None:
    """By the checksums, which are known once a job has read the source; else by size and ETag."""
    if one.source is None or other.source is None:
        return None
    if one.before and other.before and one.before.sha256 and other.before.sha256:
        return one.before.sha256 == other.before.sha256
    return (one.source.size_bytes, one.source.etag) == (other.source.size_bytes, other.source.etag)


def runs_of_revisions(workflow_id: str, left: int, right: int) -> RevisionRuns:
    """The newest runs of two revisions of a workflow that processed the same file, else the newest of each."""
    with run_history() as session:
        ours, theirs = (runs_of_revision(session, workflow_id, number) for number in (left, right))
    newest = {(source.size_bytes, source.etag): run_id for run_id, source in reversed(theirs)}
    for run_id, source in ours:
        if (partner := newest.get((source.size_bytes, source.etag), run_id)) != run_id:
            return RevisionRuns(left=run_id, right=partner)
    return RevisionRuns(left=_first(ours), right=_first(theirs))


def _first(runs: list[tuple[str, SourceObject]]) -> str:
    return runs[0][0] if runs else ""

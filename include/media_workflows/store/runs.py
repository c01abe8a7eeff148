"""Runs in the store: their source and their job results."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.findings import REVIEW
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import MediaWorkflowsError
from media_workflows.store.reviews import open_review
from media_workflows.store.run_causes import note_causes
from media_workflows.store.tables import CancelledRunRow, JobResultRow, RunRow, utcnow

RunKey = tuple[str, str]  # workflow, run


class RunRecord(Model):
    """A run as stored. `error` is {'code', 'message'} of a source that could not be used, or of a run cut short.

    `revision` is None where the run never got to its sensor.
    """

    workflow_id: str
    run_id: str
    revision: int | None
    source: SourceObject | None = None
    error: dict[str, str] | None = None
    jobs: tuple[JobResult, ...] = ()


def record_source(
    session: Session,
    workflow_id: str,
    run_id: str,
    revision: int,
    source: SourceObject | None,
    error: MediaWorkflowsError | None = None,
) -> None:
    """Note what a run works on, or why it cannot."""
    values = {
        "revision": revision,
        "source": source.model_dump(mode="json") if source else None,
        "error": {"code": error.code, "message": str(error)} if error else None,
    }
    row = insert(RunRow).values(workflow_id=workflow_id, run_id=run_id, created_at=utcnow(), **values)
    session.execute(row.on_conflict_do_update(index_elements=["workflow_id", "run_id"], set_=values))
    note_causes(session, [(workflow_id, run_id)])


def note_started(session: Session, workflow_id: str, *run_ids: str) -> None:
    """Airflow has the runs from now on: they are known here also if they are deleted there before they are copied.

    In the order of their ids, as copies are written: two that write the same runs wait for each other in one order.
    """
    now, of_workflow = utcnow(), {"workflow_id": workflow_id, "state": "queued"}
    values = [{**of_workflow, "run_id": run_id, "created_at": now} for run_id in sorted(run_ids)]
    if values:
        session.execute(insert(RunRow).values(values).on_conflict_do_nothing())


def record_job(session: Session, workflow_id: str, run_id: str, result: JobResult) -> None:
    """Keep the result of one step; a later try replaces it. That of a review opens the run for persons."""
    key = {"workflow_id": workflow_id, "run_id": run_id, **result.step._asdict()}
    values = {"kind": result.kind, "result": result.model_dump(mode="json"), "updated_at": utcnow()}
    row = insert(JobResultRow).values(**key, **values)
    session.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))
    note_causes(session, [(workflow_id, run_id)])
    if result.kind == REVIEW:
        open_review(session, workflow_id, run_id, results_of_run(session, workflow_id, run_id))


def locked_result(session: Session, step: StepKey) -> JobResult:
    """The result of a step, which nothing else changes until the transaction ends. Raises NoResultFound."""
    query = select(JobResultRow).filter_by(**asdict(step)).with_for_update()
    return JobResult.model_validate(session.scalars(query).one().result)


def forget_job(session: Session, step: StepKey) -> None:
    """Drop the result of an earlier try: a new one begins."""
    _delete_cause(session, delete(JobResultRow).filter_by(**asdict(step)), (step.workflow_id, step.run_id))


def results_of_runs(session: Session, runs: Sequence[RunKey]) -> dict[RunKey, list[JobResult]]:
    """Results of steps by run, each run's in the order of step ids. A run needs no record of its own."""
    jobs: dict[RunKey, list[JobResult]] = {}
    for row in session.scalars(
        select(JobResultRow)
        .where(tuple_(JobResultRow.workflow_id, JobResultRow.run_id).in_(runs))
        .order_by(JobResultRow.step_id, JobResultRow.map_index)
    ):
        jobs.setdefault((row.workflow_id, row.run_id), []).append(JobResult.model_validate(row.result))
    return jobs


def results_of_run(session: Session, workflow_id: str, run_id: str) -> list[JobResult]:
    """Results of a run's steps, in the order of step ids."""
    return results_of_runs(session, [(workflow_id, run_id)]).get((workflow_id, run_id), [])


def get_runs(session: Session, workflow_id: str, run_ids: list[str]) -> dict[str, RunRecord]:
    """Records of these runs by run id; a run that never got to its sensor has no source, and maybe no record."""
    jobs = results_of_runs(session, [(workflow_id, run_id) for run_id in run_ids])
    rows = session.scalars(select(RunRow).where(RunRow.workflow_id == workflow_id, RunRow.run_id.in_(run_ids)))
    return {row.run_id: _record(row, jobs.get((workflow_id, row.run_id), [])) for row in rows}


def get_run(session: Session, workflow_id: str, run_id: str) -> RunRecord | None:
    """One run's record, or None."""
    return get_runs(session, workflow_id, [run_id]).get(run_id)


def sources_of(session: Session, runs: Collection[tuple[str, str]]) -> dict[tuple[str, str], SourceObject]:
    """The sources of these runs by workflow and run id; of a run that never got to its sensor none."""
    key = (RunRow.workflow_id, RunRow.run_id)
    rows = session.execute(select(*key, RunRow.source).where(tuple_(*key).in_(runs), RunRow.source.is_not(None)))
    return {(workflow_id, run_id): SourceObject.model_validate(source) for workflow_id, run_id, source in rows}


def _record(row: RunRow, jobs: list[JobResult]) -> RunRecord:
    return RunRecord.model_validate(
        {
            "workflow_id": row.workflow_id,
            "run_id": row.run_id,
            "revision": row.revision,
            "source": row.source,
            "error": row.error,
            "jobs": jobs,
        }
    )


class CancelRequest(Model):
    """Who cancelled a run through us, and when."""

    by: str
    at: datetime


def record_cancellation(session: Session, workflow_id: str, run_id: str, author: str) -> None:
    """The run was cancelled. Once more changes nothing."""
    row = insert(CancelledRunRow).values(
        workflow_id=workflow_id, run_id=run_id, cancelled_by=author, cancelled_at=utcnow()
    )
    session.execute(row.on_conflict_do_nothing())
    note_causes(session, [(workflow_id, run_id)])


def forget_cancellation(session: Session, workflow_id: str, run_id: str, before: datetime) -> None:
    """A step of the run was started again at `before`: a later cancellation is of this try, and stays."""
    key = (CancelledRunRow.workflow_id == workflow_id, CancelledRunRow.run_id == run_id)
    cancelled = delete(CancelledRunRow).where(*key, CancelledRunRow.cancelled_at < before)
    _delete_cause(session, cancelled, (workflow_id, run_id))


def _delete_cause(session: Session, statement: Delete, run: RunKey) -> None:
    """Delete what causes of a run are of. Mostly that is nothing, and they need not be noted again from its results."""
    deleted = cast("CursorResult[Any]", session.execute(statement))
    if deleted.rowcount:
        note_causes(session, [run])


def cancellation(session: Session, workflow_id: str, run_id: str) -> CancelRequest | None:
    """The run's cancellation, or None."""
    row = session.get(CancelledRunRow, (workflow_id, run_id))
    return CancelRequest(by=row.cancelled_by, at=row.cancelled_at) if row else None

"""Runs in the store: their source, their job results, and who may write which output."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.step_key import StepInstance, StepKey
from media_workflows.errors import MediaWorkflowsError, OutputExistsError
from media_workflows.store.tables import (
    CancelledRunRow,
    JobResultRow,
    OutputClaimRow,
    PendingUploadRow,
    RunRow,
    utcnow,
)

STALE_CLAIM = timedelta(hours=1)


class RunRecord(Model):
    """A run as stored. `error` is {'code', 'message'} of a source that could not be used."""

    workflow_id: str
    run_id: str
    revision: int
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


def record_job(session: Session, workflow_id: str, run_id: str, result: JobResult) -> None:
    """Keep the result of one step; a later try replaces it."""
    key = {"workflow_id": workflow_id, "run_id": run_id, **result.step._asdict()}
    values = {"kind": result.kind, "result": result.model_dump(mode="json"), "updated_at": utcnow()}
    row = insert(JobResultRow).values(**key, **values)
    session.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))


def forget_job(session: Session, step: StepKey) -> None:
    """Drop the result of an earlier try: a new one begins."""
    session.execute(delete(JobResultRow).filter_by(**asdict(step)))


def results_of_runs(session: Session, workflow_id: str, run_ids: list[str]) -> dict[str, list[JobResult]]:
    """Results of steps by run id, each run's in the order of step ids. A run needs no record of its own."""
    jobs: dict[str, list[JobResult]] = {}
    for row in session.scalars(
        select(JobResultRow)
        .where(JobResultRow.workflow_id == workflow_id, JobResultRow.run_id.in_(run_ids))
        .order_by(JobResultRow.step_id, JobResultRow.map_index)
    ):
        jobs.setdefault(row.run_id, []).append(JobResult.model_validate(row.result))
    return jobs


def results_of_run(session: Session, workflow_id: str, run_id: str) -> list[JobResult]:
    """Results of a run's steps, in the order of step ids."""
    return results_of_runs(session, workflow_id, [run_id]).get(run_id, [])


def get_runs(session: Session, workflow_id: str, run_ids: list[str]) -> dict[str, RunRecord]:
    """Records of these runs by run id; a run that never got to its sensor has none."""
    jobs = results_of_runs(session, workflow_id, run_ids)
    rows = session.scalars(select(RunRow).where(RunRow.workflow_id == workflow_id, RunRow.run_id.in_(run_ids)))
    return {row.run_id: _record(row, jobs.get(row.run_id, [])) for row in rows}


def get_run(session: Session, workflow_id: str, run_id: str) -> RunRecord | None:
    """One run's record, or None."""
    return get_runs(session, workflow_id, [run_id]).get(run_id)


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


def forget_cancellation(session: Session, workflow_id: str, run_id: str) -> None:
    """A step of the run was started again."""
    session.execute(
        delete(CancelledRunRow).where(CancelledRunRow.workflow_id == workflow_id, CancelledRunRow.run_id == run_id)
    )


def cancellation(session: Session, workflow_id: str, run_id: str) -> CancelRequest | None:
    """The run's cancellation, or None."""
    row = session.get(CancelledRunRow, (workflow_id, run_id))
    return CancelRequest(by=row.cancelled_by, at=row.cancelled_at) if row else None


def claim_output(session: Session, bucket: str, key: str, step: StepKey) -> None:
    """Reserve an output key while this step publishes. Raises OutputExistsError while another step does.

    A claim older than an hour is a killed step's and is taken over.
    """
    now = utcnow()
    values = {**asdict(step), "claimed_at": now}
    mine = and_(*(getattr(OutputClaimRow, name) == value for name, value in asdict(step).items()))
    row = insert(OutputClaimRow).values(bucket=bucket, key=key, **values)
    claimed = session.execute(
        row.on_conflict_do_update(
            index_elements=["bucket", "key"], set_=values, where=mine | (OutputClaimRow.claimed_at < now - STALE_CLAIM)
        ).returning(OutputClaimRow.key)
    )
    if claimed.first() is None:
        raise _claimed_by_another(session, bucket, key, step)


def _claimed_by_another(session: Session, bucket: str, key: str, step: StepKey) -> OutputExistsError:
    holder = session.get(OutputClaimRow, (bucket, key))
    if holder is not None and (holder.workflow_id, holder.run_id) == (step.workflow_id, step.run_id):
        return OutputExistsError(
            "step '{step}' of this run is writing {bucket}/{key} at this moment: give the outputs of the two steps "
            "different names or directories",
            step=StepInstance(holder.step_id, holder.map_index),
            bucket=bucket,
            key=key,
        )
    return OutputExistsError(
        "another run is writing {bucket}/{key} at this moment: two sources share one output name; put "
        "{{inputDirectory}}/ into the output directory if sources of several directories share a name, add "
        "{{inputFormat}} to output_path if only their extensions differ, or use another output directory",
        bucket=bucket,
        key=key,
    )


def release_claims(session: Session, step: StepKey, keys: Iterable[tuple[str, str]]) -> None:
    """Publishing ended: the keys are free again."""
    for bucket, key in keys:
        session.execute(delete(OutputClaimRow).filter_by(bucket=bucket, key=key, **asdict(step)))


class PendingUpload(Model):
    """A multipart upload that was begun and not ended."""

    bucket: str
    key: str
    upload_id: str


def note_upload(session: Session, pending: PendingUpload, step: StepKey) -> None:
    """Remember a begun multipart upload."""
    session.add(PendingUploadRow(**pending.model_dump(), **asdict(step)))


def forget_upload(session: Session, upload_id: str) -> None:
    """The upload was completed or aborted."""
    session.execute(delete(PendingUploadRow).where(PendingUploadRow.upload_id == upload_id))


def pending_uploads(session: Session, step: StepKey) -> list[PendingUpload]:
    """What an earlier, killed try of this step left."""
    rows = session.scalars(select(PendingUploadRow).filter_by(**asdict(step)))
    return [PendingUpload(bucket=row.bucket, key=row.key, upload_id=row.upload_id) for row in rows]

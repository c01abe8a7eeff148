"""Runs in the store: their source, their job results, and who may write which output."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.errors import MediaWorkflowsError, OutputExistsError
from media_workflows.naming import DISTINCT_NAMES_ADVICE
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
    """What the store knows of a run. `error` is {'code', 'message'} of a source that could not be used."""

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
    """Keep the result of one job kind; a later try replaces it."""
    values = {"result": result.model_dump(mode="json"), "updated_at": utcnow()}
    row = insert(JobResultRow).values(workflow_id=workflow_id, run_id=run_id, kind=result.kind, **values)
    session.execute(row.on_conflict_do_update(index_elements=["workflow_id", "run_id", "kind"], set_=values))


def forget_job(session: Session, workflow_id: str, run_id: str, kind: str) -> None:
    """Drop the result of an earlier try: a new one begins."""
    session.execute(
        delete(JobResultRow).where(
            JobResultRow.workflow_id == workflow_id, JobResultRow.run_id == run_id, JobResultRow.kind == kind
        )
    )


def get_runs(session: Session, workflow_id: str, run_ids: list[str]) -> dict[str, RunRecord]:
    """Records of these runs by run id; a run that never got to its sensor has none."""
    jobs: dict[str, list[JobResult]] = {}
    for row in session.scalars(
        select(JobResultRow)
        .where(JobResultRow.workflow_id == workflow_id, JobResultRow.run_id.in_(run_ids))
        .order_by(JobResultRow.kind)
    ):
        jobs.setdefault(row.run_id, []).append(JobResult.model_validate(row.result))
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


class Cancellation(Model):
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
    """Something of the run was asked for again."""
    session.execute(
        delete(CancelledRunRow).where(CancelledRunRow.workflow_id == workflow_id, CancelledRunRow.run_id == run_id)
    )


def cancellation(session: Session, workflow_id: str, run_id: str) -> Cancellation | None:
    """The run's cancellation, or None."""
    row = session.get(CancelledRunRow, (workflow_id, run_id))
    return Cancellation(by=row.cancelled_by, at=row.cancelled_at) if row else None


def claim_output(session: Session, bucket: str, key: str, workflow_id: str, run_id: str) -> None:
    """Reserve an output key while this run publishes. Raises OutputExistsError while another run does.

    A claim older than an hour is a killed run's and is taken over.
    """
    now = utcnow()
    values = {"workflow_id": workflow_id, "run_id": run_id, "claimed_at": now}
    mine = (OutputClaimRow.workflow_id == workflow_id) & (OutputClaimRow.run_id == run_id)
    row = insert(OutputClaimRow).values(bucket=bucket, key=key, **values)
    claimed = session.execute(
        row.on_conflict_do_update(
            index_elements=["bucket", "key"], set_=values, where=mine | (OutputClaimRow.claimed_at < now - STALE_CLAIM)
        ).returning(OutputClaimRow.key)
    )
    if claimed.first() is None:
        raise OutputExistsError(
            f"another run is writing {bucket}/{key} at this moment: two sources share one output name; "
            + DISTINCT_NAMES_ADVICE
        )


def release_claims(session: Session, workflow_id: str, run_id: str, keys: Iterable[tuple[str, str]]) -> None:
    """Publishing ended: the keys are free again."""
    for bucket, key in keys:
        session.execute(
            delete(OutputClaimRow).where(
                OutputClaimRow.bucket == bucket,
                OutputClaimRow.key == key,
                OutputClaimRow.workflow_id == workflow_id,
                OutputClaimRow.run_id == run_id,
            )
        )


class PendingUpload(Model):
    """A multipart upload that was begun and not ended."""

    bucket: str
    key: str
    upload_id: str


def note_upload(session: Session, pending: PendingUpload, run_id: str, kind: str) -> None:
    """Remember a begun multipart upload."""
    session.add(
        PendingUploadRow(upload_id=pending.upload_id, bucket=pending.bucket, key=pending.key, run_id=run_id, kind=kind)
    )


def forget_upload(session: Session, upload_id: str) -> None:
    """The upload was completed or aborted."""
    session.execute(delete(PendingUploadRow).where(PendingUploadRow.upload_id == upload_id))


def pending_uploads(session: Session, run_id: str, kind: str) -> list[PendingUpload]:
    """What an earlier, killed try of this task left."""
    rows = session.scalars(
        select(PendingUploadRow).where(PendingUploadRow.run_id == run_id, PendingUploadRow.kind == kind)
    )
    return [PendingUpload(bucket=row.bucket, key=row.key, upload_id=row.upload_id) for row in rows]

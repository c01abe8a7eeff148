"""Which source objects a workflow has processed, and what its runs took: the basis of selections and estimates."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import DateTime, cast, extract, func, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from media_workflows.domain.backfill import ObjectState
from media_workflows.domain.base import Model
from media_workflows.domain.candidates import Rule
from media_workflows.errors import DeletedRunError
from media_workflows.store.engine import one_of
from media_workflows.store.tables import (
    BackfillObjectRow,
    BackfillRow,
    JobResultRow,
    RunRow,
    UploadDecisionRow,
)

BASIS_RUNS = 50  # of an estimate: the newest ones
REUSED = "$.items[*].reused ? (@ != null)"


class SourceRun(NamedTuple):
    """A run and the content that it worked on."""

    key: str
    etag: str
    run_id: str
    revision: int | None
    has_failed: bool


def runs_of_objects(session: Session, workflow_id: str, bucket: str, keys: Collection[str]) -> list[SourceRun]:
    """The runs of a workflow that worked on objects of these keys, but those that were deleted before they ended."""
    key = RunRow.source["key"].as_string()
    query = select(key, RunRow.source["etag"].as_string(), RunRow.run_id, RunRow.revision, RunRow.state)
    query = query.where(RunRow.workflow_id == workflow_id, RunRow.source["bucket"].as_string() == bucket)
    query = query.where(RunRow.error["code"].as_string().is_distinct_from(DeletedRunError.code))
    return [
        SourceRun(found, etag, run_id, revision, state == "failed")
        for found, etag, run_id, revision, state in session.execute(query.where(one_of(key, keys)))
    ]


class KeyDecision(NamedTuple):
    """A decision on one of an object's versions, for a workflow ('' = for none in particular)."""

    key: str
    identity: str
    workflow_id: str
    rule: Rule
    run_id: str | None


def decisions_on(session: Session, workflow_id: str, bucket: str, keys: Collection[str]) -> list[KeyDecision]:
    """The decisions on objects of these keys for a workflow, and those that concern no single one; oldest first."""
    row = UploadDecisionRow
    query = select(row.key, row.identity, row.workflow_id, row.rule, row.run_id)
    query = query.where(row.bucket == bucket, one_of(row.key, keys), row.workflow_id.in_((workflow_id, "")))
    found = session.execute(query.order_by(row.id))
    return [KeyDecision(key, identity, id_, Rule(rule), run_id) for key, identity, id_, rule, run_id in found]


def other_run(session: Session, backfill: BackfillRow, key: str, etag: str, identity: str, run_id: str) -> bool:
    """Whether a run other than `run_id` has worked, or is about to work, on this content of the object."""
    workflow_id, bucket = backfill.workflow_id, backfill.bucket
    runs = runs_of_objects(session, workflow_id, bucket, [key])
    decisions = decisions_on(session, workflow_id, bucket, [key])
    row = BackfillObjectRow
    started = or_(row.state == ObjectState.STARTED, row.state == ObjectState.FINISHED)
    backfills = select(row.run_id).join(BackfillRow, BackfillRow.id == row.backfill_id)
    backfills = backfills.where(
        BackfillRow.workflow_id == workflow_id, BackfillRow.bucket == bucket, row.key == key, row.etag == etag, started
    )
    others = {run.run_id for run in runs if run.etag == etag}
    others |= {one.run_id for one in decisions if one.run_id and one.identity == identity}
    others |= {one for one in session.scalars(backfills) if one}
    return bool(others - {run_id} - _deleted(session, workflow_id, others))


def _deleted(session: Session, workflow_id: str, run_ids: Collection[str]) -> set[str]:
    """Those of these runs that were deleted before they ended."""
    query = select(RunRow.run_id).where(RunRow.workflow_id == workflow_id, RunRow.run_id.in_(run_ids))
    return set(session.scalars(query.where(RunRow.error["code"].as_string() == DeletedRunError.code)))


def other_run_of_revision(
    session: Session, backfill: BackfillRow, key: str, etag: str, run_id: str, revision: int
) -> bool:
    """Whether a run other than `run_id` has worked on this content with this revision or a later one, or is about to.

    One that failed does not count, and a run of a backfill that has not begun has the present revision.
    """
    runs = [run for run in runs_of_objects(session, backfill.workflow_id, backfill.bucket, [key]) if run.etag == etag]
    if any(run.run_id != run_id and not run.has_failed and (run.revision or 0) >= revision for run in runs):
        return True
    row = BackfillObjectRow
    started = select(row.run_id).join(BackfillRow, BackfillRow.id == row.backfill_id)
    started = started.where(
        BackfillRow.workflow_id == backfill.workflow_id,
        BackfillRow.bucket == backfill.bucket,
        row.key == key,
        row.etag == etag,
        row.state == ObjectState.STARTED,
    )
    return bool({one for one in session.scalars(started) if one} - {run_id, *(run.run_id for run in runs)})


class CostBasis(Model):
    """What earlier runs took: seconds of their tasks, and the bytes of their sources. `revision` is the runs' own."""

    runs: int
    revision: int
    task_seconds: float
    source_bytes: int


def cost_basis(session: Session, workflow_id: str) -> CostBasis | None:
    """The newest successful runs of the newest revision that has any, without those that reused outputs."""
    revision = session.scalar(
        select(func.max(RunRow.revision)).where(RunRow.workflow_id == workflow_id, RunRow.state == "success")
    )
    if revision is None:
        return None
    reused = func.jsonb_path_exists(JobResultRow.result, cast(REUSED, JSONPATH))
    result = JobResultRow.result
    began, finished = (cast(result[name].as_string(), DateTime(timezone=True)) for name in ("begun_at", "finished_at"))
    seconds = extract("epoch", finished - began)
    joined = (JobResultRow.workflow_id == RunRow.workflow_id) & (JobResultRow.run_id == RunRow.run_id)
    query = (
        select(func.sum(seconds), RunRow.source["size_bytes"].as_integer())
        .join(JobResultRow, joined)
        .where(RunRow.workflow_id == workflow_id, RunRow.revision == revision, RunRow.state == "success")
        .group_by(RunRow.workflow_id, RunRow.run_id)
        .having(~func.bool_or(reused))
        .order_by(RunRow.created_at.desc())
        .limit(BASIS_RUNS)
    )
    return _basis(revision, session.execute(query).all())


def _basis(revision: int, rows: Any) -> CostBasis | None:
    total = sum(size for _, size in rows)
    if not total:
        return None
    return CostBasis(
        runs=len(rows),
        revision=revision,
        task_seconds=float(sum(seconds for seconds, _ in rows)),
        source_bytes=total,
    )

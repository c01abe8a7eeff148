"""Deletion of old records: upload decisions, known objects, backfills, runs with their results. One batch each.

A decision may go when it can no longer prevent a second run of its object: when no living workflow is concerned, when
the object is gone, or when the known objects prevent it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from media_workflows.domain.backfill import BackfillState
from media_workflows.domain.candidates import Rule
from media_workflows.domain.process_runs import PROCESS
from media_workflows.store.engine import transaction
from media_workflows.store.tables import (
    ActionResultRow,
    BackfillObjectRow,
    BackfillRow,
    CancelledRunRow,
    FindingDecisionRow,
    JobProgressRow,
    JobResultRow,
    KnownObjectRow,
    ListingPositionRow,
    ListingRootRow,
    MadeItemRow,
    OutputClaimRow,
    PendingUploadRow,
    ProcessRow,
    RunReviewRow,
    RunRow,
    SidecarPrefixRow,
    SidecarRow,
    SourcePropertiesRow,
    StepDecisionRow,
    UploadDecisionRow,
    WaitingRunRow,
    WorkflowRow,
)
from media_workflows.store.tables.runs import OUTPUTS_SQL
from media_workflows.store.uploads import known_fingerprints

BATCH = 2_000
RUNS = 100  # of a batch: Airflow is asked for all their states in one URL
_TIMES: list[tuple[Any, Any]] = [
    (RunRow, RunRow.created_at),
    (JobResultRow, JobResultRow.updated_at),
    (JobProgressRow, JobProgressRow.updated_at),
    (CancelledRunRow, CancelledRunRow.cancelled_at),
    (WaitingRunRow, WaitingRunRow.since),
    (StepDecisionRow, StepDecisionRow.decided_at),
    (SourcePropertiesRow, SourcePropertiesRow.read_at),
    (ActionResultRow, ActionResultRow.updated_at),
    (RunReviewRow, RunReviewRow.opened_at),
    (FindingDecisionRow, FindingDecisionRow.decided_at),
]


class RunScope(NamedTuple):
    """Whose old runs: those of one workflow, or (None) of all but the excluded ones; or those without outputs only."""

    workflow_id: str | None = None
    excluded: tuple[str, ...] = ()
    without_outputs: bool = False

    def of(self, table: Any) -> ColumnElement[bool]:
        """The condition on a table's rows."""
        if self.workflow_id is not None:
            return and_(table.workflow_id == self.workflow_id)
        return and_(table.workflow_id.not_in(self.excluded))


class KeyRange(NamedTuple):
    """The keys of a bucket that begin with `prefix`, after `after` and up to `upto`; None = to the end."""

    bucket: str
    prefix: str
    after: str
    upto: str | None

    def of(self, table: type[KnownObjectRow | UploadDecisionRow]) -> ColumnElement[bool]:
        """The condition on a table's rows."""
        upto = [table.key <= self.upto] if self.upto is not None else []
        first = and_(table.key >= self.prefix, table.key > self.after)
        return and_(table.bucket == self.bucket, first, func.starts_with(table.key, self.prefix), *upto)


_ALL = RunScope()


def forget_decisions_of_no_workflow(session: Session, before: datetime) -> int:
    """Delete a batch of old decisions that concern no living workflow, or were made by the name alone."""
    living = select(WorkflowRow.id).where(WorkflowRow.deleted_at.is_(None))
    useless = or_(UploadDecisionRow.workflow_id.not_in(living), UploadDecisionRow.rule == Rule.FORMAT)
    batch = select(UploadDecisionRow.id).where(UploadDecisionRow.decided_at < before, useless).limit(BATCH)
    return _deleted(session, delete(UploadDecisionRow).where(UploadDecisionRow.id.in_(batch)))


def sweep_range(session: Session, keys: KeyRange, listed: Mapping[str, str], now: datetime, before: datetime) -> int:
    """Compare a range with its listing (key -> fingerprint); returns the number of deleted decisions.

    A known object must be missing since before `before` to be forgotten: one listing that wrongly is empty forgets
    nothing.
    """
    known = known_fingerprints(session, keys.bucket, min(listed), max(listed)) if listed else {}
    _sweep_known(session, keys, list(listed), now, before)
    unguarded = [key for key, fingerprint in listed.items() if known.get(key) != fingerprint]
    old = delete(UploadDecisionRow).where(
        keys.of(UploadDecisionRow), UploadDecisionRow.decided_at < before, UploadDecisionRow.key.not_in(unguarded)
    )
    return _deleted(session, old)


def _sweep_known(session: Session, keys: KeyRange, listed: list[str], now: datetime, before: datetime) -> None:
    row = KnownObjectRow
    missing, there = and_(keys.of(row), row.key.not_in(listed)), and_(keys.of(row), row.key.in_(listed))
    session.execute(update(row).where(there, row.missing_since.is_not(None)).values(missing_since=None))
    session.execute(delete(row).where(missing, row.missing_since < before))
    session.execute(update(row).where(missing, row.missing_since.is_(None)).values(missing_since=now))


def forget_unwatched_roots(session: Session) -> int:
    """Delete the listing roots at, above and below which no workflow lives: a new workflow gets a new baseline."""
    _forget_unwatched(session, ListingPositionRow)
    return _forget_unwatched(session, ListingRootRow)


def _forget_unwatched(session: Session, row: type[ListingRootRow | ListingPositionRow]) -> int:
    def is_near(prefix: Any) -> ColumnElement[bool]:
        root = row.prefix
        return or_(func.starts_with(prefix, root), func.starts_with(root, prefix))

    add_on = select(SidecarPrefixRow.prefix).where(SidecarPrefixRow.workflow_id == WorkflowRow.id)
    add_on = add_on.where(is_near(SidecarPrefixRow.prefix)).correlate(WorkflowRow, row)
    watched = select(WorkflowRow.id).where(
        WorkflowRow.deleted_at.is_(None),
        WorkflowRow.trigger_bucket == row.bucket,
        or_(is_near(WorkflowRow.trigger_prefix), add_on.exists()),
    )
    return _deleted(session, delete(row).where(~watched.exists()))


def forget_unwatched_objects(session: Session) -> int:
    """Delete a batch of known objects that no listing root covers any more."""
    row = KnownObjectRow
    covered = select(ListingRootRow.bucket).where(
        ListingRootRow.bucket == row.bucket, func.starts_with(row.key, ListingRootRow.prefix)
    )
    batch = select(row.bucket, row.key).where(~covered.exists()).limit(BATCH)
    return _deleted(session, delete(row).where(tuple_(row.bucket, row.key).in_(batch)))


def old_runs(
    session: Session, before: datetime, after: tuple[str, str] = ("", ""), scope: RunScope = _ALL
) -> list[tuple[str, str]]:
    """(workflow, run) of a batch of runs of which nothing was written since `before`; the next begin after the last."""

    def times(table: Any, time: Any) -> Select[Any]:
        key = tuple_(table.workflow_id, table.run_id)
        return select(table.workflow_id, table.run_id, time.label("at")).where(key > tuple_(*after), scope.of(table))

    found = union_all(*(times(table, time) for table, time in _TIMES)).subquery()
    query = select(found.c.workflow_id, found.c.run_id).group_by(found.c.workflow_id, found.c.run_id)
    query = query.having(func.max(found.c.at) < before).order_by(found.c.workflow_id, found.c.run_id).limit(RUNS)
    if scope.without_outputs:
        row = JobResultRow
        of_run = and_(row.workflow_id == found.c.workflow_id, row.run_id == found.c.run_id, text(OUTPUTS_SQL))
        query = query.where(~exists().where(of_run))
    return [(workflow_id, run_id) for workflow_id, run_id in session.execute(query)]


def batches_of_old_runs(before: datetime, scope: RunScope) -> Iterator[list[tuple[str, str]]]:
    """All of them, in the batches of `old_runs`, each read in a transaction of its own."""
    last = ("", "")
    while True:
        with transaction() as session:
            found = old_runs(session, before, last, scope)
        if not found:
            return
        yield found
        last = found[-1]


def forget_runs(session: Session, workflow_id: str, run_ids: Sequence[str]) -> None:
    """Delete all records of these runs, apart from their events and what they made."""
    for table in (*(table for table, _ in _TIMES), PendingUploadRow, SidecarRow):
        session.execute(delete(table).where(table.workflow_id == workflow_id, table.run_id.in_(run_ids)))


def forget_made_items(session: Session, before: datetime) -> int:
    """Delete a batch of items older than a time, whose outputs are then not reused."""
    row = MadeItemRow
    key = tuple_(row.content_sha256, row.reuse_sha256, row.bucket, row.key)
    batch = select(row.content_sha256, row.reuse_sha256, row.bucket, row.key).where(row.made_at < before).limit(BATCH)
    return _deleted(session, delete(row).where(key.in_(batch)))


def forget_claims(session: Session, before: datetime) -> int:
    """Delete claims of runs that never went on."""
    return _deleted(session, delete(OutputClaimRow).where(OutputClaimRow.claimed_at < before))


def forget_backfills(session: Session, before: datetime) -> int:
    """Delete a batch of the objects of backfills that ended, or were counted and never started, before a time.

    A backfill without objects is deleted itself; returns the number of deleted objects. One of a request for ad-hoc
    processing stays until the runs of the request, which follow its definition, are forgotten.
    """
    _forget_processes(session, before)
    row, part = BackfillRow, BackfillObjectRow
    abandoned = and_(row.state == BackfillState.READY, row.created_at < before)
    is_kept = row.id.in_(select(ProcessRow.backfill_id))
    old = select(row.id).where(or_(row.ended_at < before, abandoned), ~is_kept)
    batch = select(part.backfill_id, part.key).where(part.backfill_id.in_(old)).limit(BATCH)
    count = _deleted(session, delete(part).where(tuple_(part.backfill_id, part.key).in_(batch)))
    if count < BATCH:
        session.execute(delete(row).where(row.id.in_(old)))
    return count


def _forget_processes(session: Session, before: datetime) -> None:
    """Delete requests that ended before a time and whose runs are forgotten."""
    ended = select(BackfillRow.id).where(BackfillRow.ended_at < before)
    runs = select(RunRow.revision).where(RunRow.workflow_id == PROCESS, RunRow.revision.is_not(None))
    session.execute(delete(ProcessRow).where(ProcessRow.backfill_id.in_(ended), ProcessRow.number.not_in(runs)))


def _deleted(session: Session, statement: Any) -> int:
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]

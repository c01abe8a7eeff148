"""Upload decisions, known objects of listings, and runs that wait for a source object."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import delete, func, select, tuple_, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.candidates import Rule, UploadDecision
from media_workflows.store.engine import one_of
from media_workflows.store.page_count import counted
from media_workflows.store.tables import (
    KnownObjectRow,
    ListingPositionRow,
    ListingRootRow,
    SidecarPrefixRow,
    UploadDecisionRow,
    WaitingRunRow,
    WorkflowRow,
    utcnow,
)
from media_workflows.store.workflows import StoredWorkflow, list_workflows

MAX_WORKFLOWS = 1_000_000
ObjectPlace = tuple[str, str]  # bucket, key
WrittenObject = tuple[str, str, str]  # bucket, key, identity of one write of it


def watched_locations(session: Session) -> list[tuple[str, str]]:
    """(bucket, prefix) of every workflow, enabled or not: its trigger, and the directories of its add-ons."""
    living = WorkflowRow.deleted_at.is_(None)
    triggers = select(WorkflowRow.trigger_bucket, WorkflowRow.trigger_prefix).where(living)
    add_ons = select(WorkflowRow.trigger_bucket, SidecarPrefixRow.prefix).where(living)
    add_ons = add_ons.join(SidecarPrefixRow, SidecarPrefixRow.workflow_id == WorkflowRow.id)
    return [(bucket, prefix) for bucket, prefix in session.execute(union(triggers, add_ons))]


def workflows_at(session: Session, places: Collection[ObjectPlace]) -> dict[ObjectPlace, list[StoredWorkflow]]:
    """By (bucket, key), the workflows whose trigger bucket and directory hold the key, oldest first."""
    directories = {(bucket, key): _directories(key) for bucket, key in places}
    query = select(WorkflowRow.id).where(
        WorkflowRow.deleted_at.is_(None),
        one_of(WorkflowRow.trigger_bucket, {bucket for bucket, _ in places}),
        one_of(WorkflowRow.trigger_prefix, set().union(*directories.values())),
    )
    by_trigger: dict[tuple[str, str], list[tuple[int, StoredWorkflow]]] = {}
    for age, workflow in enumerate(workflows_by_id(session, session.scalars(query))):
        trigger = workflow.definition.trigger
        by_trigger.setdefault((trigger.bucket, trigger.prefix), []).append((age, workflow))
    return {
        place: [workflow for _, workflow in sorted(_holding(by_trigger, place[0], above), key=itemgetter(0))]
        for place, above in directories.items()
    }


def _directories(key: str) -> set[str]:
    """The directories that hold a key, each with its '/' as triggers have them; '' is the whole bucket.

    >>> sorted(_directories("in/hd/a.mp4"))
    ['', 'in/', 'in/hd/']
    """
    return {"", *(key[: at + 1] for at, sign in enumerate(key) if sign == "/")}


def _holding(
    by_trigger: Mapping[tuple[str, str], list[tuple[int, StoredWorkflow]]], bucket: str, directories: Iterable[str]
) -> Iterator[tuple[int, StoredWorkflow]]:
    for directory in directories:
        yield from by_trigger.get((bucket, directory), ())


def workflows_by_id(session: Session, workflow_ids: Iterable[str]) -> list[StoredWorkflow]:
    """The living workflows of these ids, oldest first."""
    ids = list(workflow_ids)
    return list_workflows(session, ids=ids, order="asc", limit=MAX_WORKFLOWS).items if ids else []


def previous_listing(session: Session, bucket: str, prefix: str) -> datetime | None:
    """The start time of the last complete listing that covers this root; None = there was none."""
    query = select(func.max(ListingRootRow.last_listed_at)).where(
        ListingRootRow.bucket == bucket, func.starts_with(prefix, ListingRootRow.prefix)
    )
    return session.scalar(query)


def mark_listed(session: Session, began_at: Mapping[tuple[str, str], datetime]) -> None:
    """Record complete listings of these (bucket, prefix), each with its beginning: the next starts at the first key."""
    if not began_at:
        return
    position = tuple_(ListingPositionRow.bucket, ListingPositionRow.prefix)
    session.execute(delete(ListingPositionRow).where(position.in_(began_at)))
    row = insert(ListingRootRow).values(
        [
            {"bucket": bucket, "prefix": prefix, "first_listed_at": began, "last_listed_at": began}
            for (bucket, prefix), began in began_at.items()
        ]
    )
    changed = {"last_listed_at": row.excluded.last_listed_at}
    session.execute(row.on_conflict_do_update(index_elements=["bucket", "prefix"], set_=changed))


def listing_positions(session: Session) -> dict[tuple[str, str], tuple[str, datetime]]:
    """The unfinished listings by (bucket, prefix): the key after which each goes on, and when it began."""
    rows = session.scalars(select(ListingPositionRow))
    return {(row.bucket, row.prefix): (row.after_key, row.began_at) for row in rows}


def keep_listing_position(session: Session, bucket: str, prefix: str, after_key: str, began_at: datetime) -> None:
    """A listing of this root has come to this key, and is not finished."""
    row = insert(ListingPositionRow).values(bucket=bucket, prefix=prefix, after_key=after_key, began_at=began_at)
    changed = {"after_key": after_key, "began_at": began_at}
    session.execute(row.on_conflict_do_update(index_elements=["bucket", "prefix"], set_=changed))


def earliest_enabled_at(session: Session, bucket: str, prefix: str) -> datetime | None:
    """The time when a workflow at or below this root was first enabled; None = none ever was."""
    query = select(func.min(WorkflowRow.enabled_at)).where(
        WorkflowRow.deleted_at.is_(None),
        WorkflowRow.trigger_bucket == bucket,
        func.starts_with(WorkflowRow.trigger_prefix, prefix),
    )
    return session.scalar(query)


def known_fingerprints(session: Session, bucket: str, first_key: str, last_key: str) -> dict[str, str]:
    """Fingerprints of the known objects whose key lies between the two, both included."""
    query = select(KnownObjectRow.key, KnownObjectRow.fingerprint).where(
        KnownObjectRow.bucket == bucket, KnownObjectRow.key >= first_key, KnownObjectRow.key <= last_key
    )
    return {key: fingerprint for key, fingerprint in session.execute(query)}  # noqa: C416


def remember_objects(session: Session, bucket: str, fingerprints: Mapping[str, str]) -> None:
    """Record objects of a listing, so that the next one does not report them again."""
    if not fingerprints:
        return
    row = insert(KnownObjectRow).values(
        [{"bucket": bucket, "key": key, "fingerprint": value} for key, value in fingerprints.items()]
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["bucket", "key"], set_={"fingerprint": row.excluded.fingerprint, "missing_since": None}
        )
    )


def record_decisions(session: Session, decisions: Iterable[UploadDecision]) -> int:
    """Store decisions that are new; returns how many. The first decision on a source object is final."""
    values = [decision.model_dump(exclude={"decided_at"}) | {"decided_at": utcnow()} for decision in decisions]
    if not values:
        return 0
    written = session.execute(
        insert(UploadDecisionRow).values(values).on_conflict_do_nothing().returning(UploadDecisionRow.id)
    )
    return len(written.all())


def record_backfilled(session: Session, decision: UploadDecision) -> None:
    """Store the decision of a backfill, also in place of a refusal; a decision that fired stays."""
    values = decision.model_dump(exclude={"decided_at"}) | {"decided_at": utcnow()}
    row = insert(UploadDecisionRow).values(values)
    changed = {name: row.excluded[name] for name in ("outcome", "rule", "run_id", "source", "decided_at")}
    session.execute(
        row.on_conflict_do_update(
            index_elements=["bucket", "key", "identity", "workflow_id"],
            set_=changed,
            where=UploadDecisionRow.outcome == "refused",
        )
    )


def note_deleted_runs(session: Session, runs: Collection[tuple[str, str]]) -> None:
    """The uploads that started these runs (workflow, run) have none any more: they may be processed by another one."""
    row = UploadDecisionRow
    if runs:
        of_runs = tuple_(row.workflow_id, row.run_id).in_(runs)
        session.execute(update(row).where(of_runs).values(outcome="refused", rule=Rule.RUN_DELETED))


def decided_objects(session: Session, workflow_id: str, objects: Collection[WrittenObject]) -> set[WrittenObject]:
    """Those of the (bucket, key, identity) that are decided for a workflow ('' = for none in particular)."""
    row = UploadDecisionRow
    query = select(row.bucket, row.key, row.identity).where(
        row.workflow_id == workflow_id,
        one_of(row.bucket, {bucket for bucket, _, _ in objects}),
        one_of(row.key, {key for _, key, _ in objects}),
        one_of(row.identity, {identity for _, _, identity in objects}),
    )
    return {(bucket, key, identity) for bucket, key, identity in session.execute(query)} & set(objects)


class DecisionPage(Model):
    """One page of decisions, newest first; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    items: list[UploadDecision]


def list_decisions(
    session: Session,
    bucket: str | None = None,
    key: str | None = None,
    workflow_ids: Iterable[str] | None = None,
    offset: int = 0,
    limit: int = 100,
) -> DecisionPage:
    """A page of decisions, newest first; all given arguments must match."""
    query = select(UploadDecisionRow)
    if bucket is not None:
        query = query.where(UploadDecisionRow.bucket == bucket)
    if key is not None:
        query = query.where(UploadDecisionRow.key == key)
    if workflow_ids is not None:
        query = query.where(one_of(UploadDecisionRow.workflow_id, workflow_ids))
    total, is_exact = counted(session, query)
    rows = session.scalars(query.order_by(UploadDecisionRow.id.desc()).offset(offset).limit(limit))
    items = [
        UploadDecision.model_validate({name: getattr(row, name) for name in UploadDecision.model_fields})
        for row in rows
    ]
    return DecisionPage(total=total, total_is_exact=is_exact, items=items)


def await_upload(session: Session, workflow_id: str, run_id: str) -> None:
    """Queue a run for the workflow's next source object; a queued run keeps its place."""
    session.execute(
        insert(WaitingRunRow).values(workflow_id=workflow_id, run_id=run_id, since=utcnow()).on_conflict_do_nothing()
    )


def waiting_runs(session: Session, workflow_id: str) -> list[str]:
    """Ids of the waiting runs, longest waiting first."""
    query = select(WaitingRunRow.run_id).where(WaitingRunRow.workflow_id == workflow_id, WaitingRunRow.upload.is_(None))
    return list(session.scalars(query.order_by(WaitingRunRow.since)))


def give_upload(session: Session, workflow_id: str, run_id: str, upload: dict[str, Any]) -> bool:
    """Assign a source object to a waiting run; False when it has one already or no longer waits."""
    row = session.scalar(
        select(WaitingRunRow)
        .where(WaitingRunRow.workflow_id == workflow_id, WaitingRunRow.run_id == run_id, WaitingRunRow.upload.is_(None))
        .with_for_update()
    )
    if row is None:
        return False
    row.upload = upload
    return True


def awaited_upload(session: Session, workflow_id: str, run_id: str) -> dict[str, Any] | None:
    """The source object assigned to a waiting run; None while it waits."""
    row = session.get(WaitingRunRow, (workflow_id, run_id))
    return row.upload if row else None


def stop_waiting(session: Session, workflow_id: str, run_id: str) -> None:
    """Remove a run from the waiting runs."""
    row = session.get(WaitingRunRow, (workflow_id, run_id))
    if row is not None:
        session.delete(row)

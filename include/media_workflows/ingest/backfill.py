"""Advances backfills: counts objects page by page, starts their runs within the limits, notes the ends of the runs.

As for uploads, a run is created first, under an id derived from the backfill and the object, and recorded afterwards:
a crash in between repeats the creation, which an existing run makes harmless.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from media_workflows.domain.backfill import Selection, SkipReason
from media_workflows.domain.candidates import BACKFILL_RUN, Rule, UploadDecision
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.request_context import context_conf
from media_workflows.errors import AirflowStateError, MediaWorkflowsError, NotFoundError, StorageAccessError
from media_workflows.ingest import rules
from media_workflows.ingest.heads import HEAD_THREADS
from media_workflows.ingest.requested_runs import RequestedRuns
from media_workflows.ingest.run_starter import RunStarter, object_identity, run_conf, run_id_for
from media_workflows.ingest.selection import Selector
from media_workflows.log_context import ContextThreads
from media_workflows.storage.clock import NO_SKEW
from media_workflows.storage.s3 import ListedObject, ListingPage, ObjectHead, ObjectStorage
from media_workflows.store import backfill_objects as objects
from media_workflows.store import backfills as store
from media_workflows.store.backfill_objects import ListedPage, SelectedObject
from media_workflows.store.backfills import Backfill
from media_workflows.store.engine import transaction
from media_workflows.store.processed import decisions_on, other_run, other_run_of_revision
from media_workflows.store.processes import process_of_backfill
from media_workflows.store.runs import note_started
from media_workflows.store.switches import lock_unchanged
from media_workflows.store.tables import BackfillRow, utcnow
from media_workflows.store.uploads import record_backfilled
from media_workflows.store.workflows import StoredWorkflow, get_workflow

log = structlog.get_logger(__name__)

RETRY_AFTER = timedelta(seconds=10)  # what could not be done is tried again
PAGES_AT_ONCE = 20  # then other backfills have their turn
PASSED_OVER = 20  # objects that may not be read, before others in one round: of more, all may be refused


def backfill_run_id(backfill_id: str, bucket: str, key: str, identity: str) -> str:
    """The id of the only run of an object in a backfill."""
    digest = hashlib.sha256("\0".join((backfill_id, bucket, key, identity)).encode()).hexdigest()
    return f"{BACKFILL_RUN}{digest[:32]}"


class BackfillRound:
    """One look at every backfill that has something to do."""

    def __init__(self, storage: ObjectStorage, engine: Engine, starter: RunStarter) -> None:
        self._storage = storage
        self._engine = engine
        self._starter = starter

    def repeat(self, within_s: float) -> None:
        """Advance all backfills until nothing can be done at once, or the time is over."""
        deadline = time.monotonic() + within_s
        while self.advance() and time.monotonic() < deadline:
            pass

    def advance(self) -> bool:
        """Advance each backfill by a few pages or runs; whether anything was done."""
        with transaction(self._engine) as session:
            ids = store.unsettled_ids(session)
        done = [self._try(id_) for id_ in ids]  # a list: each has its turn
        return any(done)

    def _try(self, backfill_id: str) -> bool:
        """One backfill must not stop the others: its problem is noted, and it is tried again later."""
        try:
            return self._advance(backfill_id)
        except MediaWorkflowsError as error:
            log.warning("a backfill cannot go on; trying again soon", backfill=backfill_id, problem=str(error))
            self._delay(backfill_id, error)
        except Exception as error:
            log.exception("a backfill cannot go on; trying again soon", backfill=backfill_id)
            self._delay(backfill_id, _unexpected(error))
        return False

    def _delay(self, backfill_id: str, problem: MediaWorkflowsError) -> None:
        with transaction(self._engine) as session:
            store.delay(session, backfill_id, str(problem), RETRY_AFTER)

    def _advance(self, backfill_id: str) -> bool:
        settled = self._note_ends(backfill_id)
        with transaction(self._engine) as session:
            backfill = store.get_backfill(session, backfill_id)
        if backfill.workflow_id == PROCESS:
            return self._start_requested(backfill) or settled
        with transaction(self._engine) as session:
            try:
                workflow = get_workflow(session, backfill.workflow_id)
            except NotFoundError as error:
                store.end_without_workflow(session, backfill_id, str(error))
                return settled
        if self._count(backfill, workflow):
            return True
        start_one = partial(self._start_one, backfill, workflow)
        return self._start(backfill, workflow.id, workflow.revision, start_one) or settled

    def _start_requested(self, backfill: Backfill) -> bool:
        """The objects of a request for ad-hoc processing are queued with it, and its DAG has no revisions."""
        with transaction(self._engine) as session:
            request = process_of_backfill(session, backfill.id)
        runs = RequestedRuns(self._storage, self._engine, self._starter, backfill, request)
        return self._start(backfill, PROCESS, 0, runs.start)

    def _note_ends(self, backfill_id: str) -> bool:
        """Record the runs that have ended; whether there were any, or the backfill is finished by now."""
        with transaction(self._engine) as session:
            backfill = store.get_backfill(session, backfill_id)
            started = objects.started_runs(session, backfill_id)
        ended = [
            key
            for key, run_id in started.items()
            if not self._starter.has_run(backfill.workflow_id, run_id, active_only=True)
        ]
        for key in ended:
            succeeded = self._starter.has_succeeded(backfill.workflow_id, started[key])
            with transaction(self._engine) as session:
                objects.mark_ended(session, backfill_id, key, succeeded=succeeded)
        with transaction(self._engine) as session:
            store.end_if_done(store.locked_row(session, backfill_id))
        return bool(ended)

    def _count(self, backfill: Backfill, workflow: StoredWorkflow) -> bool:
        """List the next pages; whether there were any."""
        for number in range(PAGES_AT_ONCE):
            with transaction(self._engine) as session:
                row = store.locked_row(session, backfill.id)
                may, cursor = store.may_count(row, utcnow()), row.cursor
            if not may:
                return number > 0
            page = self._page(backfill, workflow, cursor)
            with transaction(self._engine) as session:
                objects.add_page(session, backfill.id, page)
        return True

    def _page(self, backfill: Backfill, workflow: StoredWorkflow, cursor: str) -> ListedPage:
        filters = backfill.filters
        if filters.keys:
            listing = named_objects(self._storage, backfill.bucket, filters.keys)
        else:
            prefix = filters.prefix or workflow.definition.trigger.prefix
            listing = self._storage.list_page(backfill.bucket, prefix, after=cursor)
        selector = Selector(self._storage, self._engine, workflow, backfill.bucket, filters, until=backfill.created_at)
        return ListedPage(
            after=cursor,
            upto=listing.objects[-1].key if listing.next_token else None,
            listed=len(listing.objects),
            selected=[SelectedObject(item.key, item.etag, item.size_bytes) for item in selector.select(listing)],
        )

    def _start(
        self, backfill: Backfill, dag_id: str, revision: int, start_one: Callable[[SelectedObject], bool]
    ) -> bool:
        """Start as many runs as the limits allow; whether there was any, or an object was skipped.

        Objects that may not be read stay queued. Others have their turn first, then the error is raised.
        """
        with transaction(self._engine) as session:
            free = store.free_starts(store.locked_row(session, backfill.id), utcnow())
            queued = objects.next_queued(session, backfill.id, free and free + PASSED_OVER)
        if not queued:
            return False
        self._require_runnable(dag_id, revision)
        done: list[bool] = []
        refused: list[StorageAccessError] = []
        for one in queued:
            if len(done) == free:
                break
            try:
                done.append(start_one(one))
            except StorageAccessError as error:
                refused.append(error)
        if refused:
            raise refused[0]
        return any(done)

    def _require_runnable(self, dag_id: str, revision: int) -> None:
        """Raises AirflowStateError when Airflow would not run the newest revision of a workflow, or a request, now."""
        state = self._starter.dag_state(dag_id)
        if state is None or state.revision < revision:
            raise AirflowStateError(
                "Airflow has not parsed the newest revision of the workflow yet: the backfill goes on when it has"
            )
        if state.is_paused and dag_id == PROCESS:
            raise AirflowStateError(
                "the DAG media_process is paused, so Airflow runs none of its tasks: it goes on when it is unpaused"
            )
        if state.is_paused:
            raise AirflowStateError(
                "the workflow is disabled, so Airflow runs none of its tasks: the backfill goes on when it is enabled"
            )

    def _start_one(self, backfill: Backfill, workflow: StoredWorkflow, one: SelectedObject) -> bool:
        head = self._storage.head(backfill.bucket, one.key)
        reason = _refusal(backfill, workflow, one, head)
        identity = object_identity(head) if head else ""
        with transaction(self._engine) as session:
            row = store.locked_row(session, backfill.id)  # until the run is recorded: pausing and edits wait for it
            if not store.free_starts(row, utcnow()) or not objects.is_queued(session, backfill.id, one.key):
                return False
            if not lock_unchanged(session, workflow):
                return False
            run_id = _run_id(session, backfill, one.key, identity)
            if not reason and _has_run(session, row, one, identity, run_id, workflow.revision):
                reason = SkipReason.PROCESSED
            if reason or head is None:
                objects.mark_skipped(session, row, one.key, reason or SkipReason.GONE)
                return True
            source = run_conf(row.bucket, one.key, head) | context_conf(backfill.context)
            self._starter.start_run(workflow.id, run_id, source)
            objects.mark_started(session, row, one.key, run_id, utcnow())
            note_started(session, workflow.id, run_id)
            record_backfilled(session, _decision(row.bucket, one.key, identity, workflow.id, run_id))
        return True


def _run_id(session: Session, backfill: Backfill, key: str, identity: str) -> str:
    """A missed upload gets the run that its detection would have started: only one of the two can.

    If that run was deleted, the new one has an id of its own, as results and events of both are kept.
    """
    if backfill.filters.select == Selection.MISSED:
        run_id = run_id_for(backfill.bucket, key, identity)
        decisions = decisions_on(session, backfill.workflow_id, backfill.bucket, [key])
        if not any(one.identity == identity and one.rule == Rule.RUN_DELETED for one in decisions):
            return run_id
    return backfill_run_id(backfill.id, backfill.bucket, key, identity)


def _unexpected(error: Exception) -> MediaWorkflowsError:
    """An unexpected error as the backfill's problem, without its message, which may contain anything."""
    return MediaWorkflowsError(
        "an unexpected error, {error}: the log of the DAG media_backfill has the details", error=type(error).__name__
    )


def named_objects(storage: ObjectStorage, bucket: str, keys: tuple[str, ...]) -> ListingPage:
    """The objects of these keys as one page of a listing; those that are gone are left out. Raises StorageError."""
    names = sorted(set(keys))
    with ContextThreads(HEAD_THREADS) as pool:
        found_heads = zip(names, pool.map(partial(storage.head, bucket), names), strict=True)
        heads = {key: head for key, head in found_heads if head is not None}
    found = [ListedObject(key, head.etag, head.size_bytes, head.last_modified) for key, head in heads.items()]
    skew = max((head.clock_skew for head in heads.values()), default=NO_SKEW)
    return ListingPage(found, skew, next_token=None)


def _refusal(
    backfill: Backfill, workflow: StoredWorkflow, one: SelectedObject, head: ObjectHead | None
) -> SkipReason | None:
    """Why an object that was counted gets no run now."""
    if rules.refusal_by_trigger(workflow.definition.trigger, backfill.bucket, one.key):
        return SkipReason.OTHER_TRIGGER
    if head is None:
        return SkipReason.GONE
    if head.etag != one.etag:
        return SkipReason.REPLACED
    if rules.refusal_by_object(backfill.bucket, one.key, head):
        return SkipReason.OWN_OUTPUT
    return None


def _has_run(
    session: Session, backfill: BackfillRow, one: SelectedObject, identity: str, run_id: str, revision: int
) -> bool:
    """Whether another run, of an upload or of another backfill, did meanwhile what the backfill selected it for."""
    match Selection(backfill.filters["select"]):
        case Selection.NEVER_PROCESSED | Selection.MISSED:
            return other_run(session, backfill, one.key, one.etag, identity, run_id)
        case Selection.OLDER_REVISION:
            return other_run_of_revision(session, backfill, one.key, one.etag, run_id, revision)
        case Selection.ALL:
            return False


def _decision(bucket: str, key: str, identity: str, workflow_id: str, run_id: str) -> UploadDecision:
    return UploadDecision(
        bucket=bucket,
        key=key,
        identity=identity,
        workflow_id=workflow_id,
        outcome="fired",
        rule=Rule.BACKFILL,
        run_id=run_id,
        source="backfill",
    )

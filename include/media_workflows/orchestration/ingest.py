"""Ingestion inside Airflow: a trigger that watches, a task that decides and creates runs.

The Task SDK's messages to create a run and to ask for a DAG are internal to Airflow; this module
is the only one that uses them (pinned by requirements.txt, covered by integration tests).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from media_workflows.airflow_adapter.connections import airflow_clients
from media_workflows.airflow_adapter.dag_file import revision_of_tags
from media_workflows.domain.candidates import Candidate
from media_workflows.errors import AirflowStateError, StorageError
from media_workflows.ingest.decide import DagState, Ingest
from media_workflows.ingest.listing import ListingSource
from media_workflows.ingest.queue import QueueSource
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store.detection import SourceKind, record_poll
from media_workflows.store.engine import get_engine, transaction

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

MAX_QUEUE_WAIT_S = 3  # SQS allows 20; a triggerer that is asked to stop waits for this one
SHORT_WAIT_S = 1.0
ACTIVE_STATES = ("queued", "running")
ROUNDS_PER_RUN = 500  # then the task ends and @continuous starts a fresh run with a fresh log


class UploadsTrigger(BaseTrigger):
    """Watches queues and listings; fires with the candidates of the first source that has any.

    `listed_at` is the time of the last listing round (Unix seconds). Each trigger passes it to the next one, perhaps on
    another machine, so that events do not make listings more frequent.
    """

    def __init__(self, listed_at: float = 0.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.listed_at = listed_at

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments, for the triggerer."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"listed_at": self.listed_at}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one batch of candidates."""
        settings = get_settings()
        clients = await sync_to_async(airflow_clients, thread_sensitive=False)(settings)
        queues = [QueueSource(clients.sqs, url) for url in settings.upload_queue_urls]
        listing = ListingSource(ObjectStorage(clients.s3), get_engine())
        while True:
            candidates = await asyncio.to_thread(self._poll, settings, queues, listing)
            if candidates:
                payload = [candidate.model_dump(mode="json") for candidate in candidates]
                yield TriggerEvent({"candidates": payload, "listed_at": self.listed_at})
                return

    def _poll(self, settings: Settings, queues: list[QueueSource], listing: ListingSource) -> list[Candidate]:
        """One round: a due listing, then the queues for as long as the next listing allows."""
        due_in_s = self._listing_due_in(settings)
        if due_in_s <= 0:
            self.listed_at = time.time()
            if candidates := self._list_all(listing):
                return candidates
            due_in_s = self._listing_due_in(settings)
        if not queues:
            time.sleep(min(max(due_in_s, 0.0), SHORT_WAIT_S))
            return []
        return self._receive_all(queues, wait_s=int(min(max(due_in_s, 1), MAX_QUEUE_WAIT_S)))

    def _listing_due_in(self, settings: Settings) -> float:
        """Seconds until the next listing round; infinite when polling is off."""
        if not settings.upload_poll_interval_s:
            return float("inf") if settings.upload_queue_urls else SHORT_WAIT_S
        return self.listed_at + settings.upload_poll_interval_s - time.time()

    def _list_all(self, listing: ListingSource) -> list[Candidate]:
        candidates: list[Candidate] = []
        for bucket, prefix in listing.roots():
            failure: StorageError | None = None
            try:
                candidates += listing.scan(bucket, prefix)
            except StorageError as error:  # one bad bucket must not stop the others
                failure = error
                self.log.error("%s/%s cannot be listed: %s", bucket, prefix, error)
            _record_poll("listing", f"{bucket}/{prefix}", failure)
        return candidates

    def _receive_all(self, queues: list[QueueSource], wait_s: int) -> list[Candidate]:
        candidates: list[Candidate] = []
        for queue in queues:
            failure: Exception | None = None
            try:
                candidates += queue.receive(wait_s if len(queues) == 1 else 1)
            except Exception as error:
                failure = error
                self.log.error("a queue cannot be read: %s", error)
                time.sleep(SHORT_WAIT_S)
            _record_poll("queue", queue.url, failure)
        return candidates


def _record_poll(kind: SourceKind, place: str, error: Exception | None) -> None:
    with transaction() as session:
        record_poll(session, kind, place, error)


class TaskSdkRunStarter:
    """`RunStarter` by the Task SDK's messages, as a task may use them."""

    def __init__(self, context: Context) -> None:
        self._ti = context["ti"]

    def dag_state(self, dag_id: str) -> DagState | None:
        """None while Airflow has not parsed the DAG. Raises AirflowRuntimeError on other errors."""
        from airflow.sdk.exceptions import AirflowRuntimeError

        try:
            dag = self._ti.get_dag(dag_id)
        except AirflowRuntimeError as error:
            if (error.error.detail or {}).get("status_code") == HTTPStatus.NOT_FOUND:
                return None
            raise
        return DagState(is_paused=dag.is_paused, revision=revision_of_tags(dag.tags))

    def has_run(self, dag_id: str, run_id: str, *, active_only: bool = False) -> bool:
        """By a count: a request for the state of a missing run writes an error into the task's log."""
        states = list(ACTIVE_STATES) if active_only else None
        return bool(self._ti.get_dr_count(dag_id, run_ids=[run_id], states=states))

    def has_succeeded(self, dag_id: str, run_id: str) -> bool:
        """By a count, as above."""
        return bool(self._ti.get_dr_count(dag_id, run_ids=[run_id], states=["success"]))

    def start_run(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        """Create the run, unless it exists. Raises AirflowStateError when Airflow refuses."""
        from airflow.sdk.exceptions import ErrorType
        from airflow.sdk.execution_time.comms import ErrorResponse, TriggerDagRun
        from airflow.sdk.execution_time.task_runner import SUPERVISOR_COMMS

        answer = SUPERVISOR_COMMS.send(TriggerDagRun(dag_id=dag_id, run_id=run_id, conf=conf))
        if isinstance(answer, ErrorResponse) and answer.error != ErrorType.DAGRUN_ALREADY_EXISTS:
            raise AirflowStateError(
                "Airflow did not create run {run_id} of {dag_id}: {error} {detail}",
                run_id=run_id,
                dag_id=dag_id,
                error=answer.error,
                detail=answer.detail,
            )


class IngestOperator(BaseOperator):
    """Defers to the trigger, decides on what it found, and defers again."""

    def execute(self, context: Context) -> None:
        """Begin watching."""
        self._watch(rounds=0, listed_at=0.0)

    def decide(self, context: Context, event: dict[str, Any], rounds: int) -> None:
        """Decide on a batch. Only then are queue messages deleted and listed objects remembered."""
        clients = airflow_clients()
        storage, engine = ObjectStorage(clients.s3), get_engine()
        batch = Batch(
            [Candidate.model_validate(item) for item in event["candidates"]], clients, ListingSource(storage, engine)
        )
        batch.decide(Ingest(storage, engine, TaskSdkRunStarter(context)))
        self.log.info("%d candidates, %d to decide again later", len(batch.candidates), len(batch.postponed))
        if rounds < ROUNDS_PER_RUN:
            self._watch(rounds + 1, event["listed_at"])

    def _watch(self, rounds: int, listed_at: float) -> None:
        self.defer(trigger=UploadsTrigger(listed_at), method_name="decide", kwargs={"rounds": rounds})


class Batch:
    """The candidates of one round with their queue messages."""

    def __init__(self, candidates: list[Candidate], clients: Any, listing: ListingSource) -> None:
        self.candidates = candidates
        self.postponed: list[Candidate] = []
        self._clients = clients
        self._listing = listing

    def decide(self, ingest: Ingest) -> None:
        """Decide on all; then delete each message all of whose uploads are decided."""
        self.postponed = ingest.decide_all(self.candidates, self._listing.remember)
        again = {candidate.receipt.handle for candidate in self.postponed if candidate.receipt}
        receipts = {candidate.receipt.handle: candidate.receipt for candidate in self.candidates if candidate.receipt}
        for handle, receipt in receipts.items():
            queue = QueueSource(self._clients.sqs, receipt.queue_url)
            if handle in again:
                queue.postpone(receipt)
            else:
                queue.delete(receipt)

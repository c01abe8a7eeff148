"""Ingestion inside Airflow: a trigger that watches, a task that decides and creates runs.

The Task SDK's messages to create a run and to ask for a DAG are internal to Airflow; this module
is the only one that uses them (pinned by requirements.txt, covered by integration tests).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from media_workflows.airflow_adapter.connections import airflow_clients
from media_workflows.airflow_adapter.dag_file import revision_of_tags
from media_workflows.domain.candidates import Candidate
from media_workflows.errors import AirflowStateError
from media_workflows.ingest.decide import Ingest
from media_workflows.ingest.listing import ListingSource
from media_workflows.ingest.queue import QueueSource
from media_workflows.ingest.run_starter import DagState
from media_workflows.ingest.watch import Watch, WatchState
from media_workflows.settings import get_settings
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store.engine import get_engine

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

MAX_WAIT_S = 3.0  # SQS allows 20; a triggerer that is asked to stop waits for this one
RENEWED_EVERY_S = 60.0  # clients, while a source fails: the credentials of the connection may be corrected
LINGER_S = 1.0  # for more uploads, before the task defers: a burst needs no new task for each batch
STAY_S = 60.0  # then the task defers although there are more
ACTIVE_STATES = ("queued", "running")
ROUNDS_PER_RUN = 500  # then the task ends and @continuous starts a fresh run with a fresh log


class UploadsTrigger(BaseTrigger):
    """Watches queues and listings; fires with the candidates of the first turn that brings any.

    `state` is a WatchState: each trigger passes it to the next one, perhaps on another machine.
    """

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.state = state or {}

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments, for the triggerer."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"state": self.state}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one batch of candidates."""
        settings, state = get_settings(), WatchState.model_validate(self.state)
        while True:
            clients = await sync_to_async(airflow_clients, thread_sensitive=False)(settings)
            watch, ends_at = Watch(settings, clients, get_engine(), state), time.monotonic() + RENEWED_EVERY_S
            while not (watch.has_failed and time.monotonic() >= ends_at):
                if candidates := await asyncio.to_thread(watch.read, MAX_WAIT_S):
                    payload = [candidate.model_dump(mode="json") for candidate in candidates]
                    yield TriggerEvent({"candidates": payload, "state": watch.state.model_dump(mode="json")})
                    return
            state = watch.state


class TaskSdkRunStarter:
    """`BatchRunStarter` by the Task SDK's messages, as a task may use them."""

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

    def existing_runs(self, dag_id: str, run_ids: Collection[str]) -> set[str]:
        """By counts, as above: mostly none exists. Few enough ids for the query of a request."""
        found = self._ti.get_dr_count(dag_id, run_ids=list(run_ids))
        if found in (0, len(run_ids)):
            return set(run_ids) if found else set()
        return {run_id for run_id in run_ids if self.has_run(dag_id, run_id)}

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
    """Defers to the trigger, decides on what it found and on what comes at once after it, and defers again."""

    def execute(self, context: Context) -> None:
        """Begin watching."""
        self._watch(rounds=0, state={})

    def decide(self, context: Context, event: dict[str, Any], rounds: int) -> None:
        """Decide on a batch. Only then are queue messages deleted and listed objects remembered."""
        settings, clients, engine = get_settings(), airflow_clients(), get_engine()
        storage = ObjectStorage(clients.s3)
        listing = ListingSource(storage, engine)
        ingest = Ingest(storage, engine, TaskSdkRunStarter(context))
        watch = Watch(settings, clients, engine, WatchState.model_validate(event["state"]))
        ends_at = time.monotonic() + STAY_S
        candidates = [Candidate.model_validate(item) for item in event["candidates"]]
        while candidates:
            batch = Batch(candidates, clients, listing)
            batch.decide(ingest)
            self.log.info("%d candidates, %d to decide again later", len(candidates), len(batch.postponed))
            candidates = watch.read(LINGER_S) if time.monotonic() < ends_at else []
        if rounds < ROUNDS_PER_RUN:
            self._watch(rounds + 1, watch.state.model_dump(mode="json"))

    def _watch(self, rounds: int, state: dict[str, Any]) -> None:
        self.defer(trigger=UploadsTrigger(state), method_name="decide", kwargs={"rounds": rounds})


class Batch:
    """The candidates of one round with their queue messages."""

    def __init__(self, candidates: list[Candidate], clients: Any, listing: ListingSource) -> None:
        self.candidates = candidates
        self.postponed: list[Candidate] = []
        self._clients = clients
        self._listing = listing

    def decide(self, ingest: Ingest) -> None:
        """Decide on all; then delete each message all of whose uploads are decided."""
        self.postponed = ingest.decide_all(self.candidates)
        again = {id(candidate) for candidate in self.postponed}
        self._listing.remember(candidate for candidate in self.candidates if id(candidate) not in again)
        handles = {candidate.receipt.handle for candidate in self.postponed if candidate.receipt}
        receipts = {candidate.receipt.handle: candidate.receipt for candidate in self.candidates if candidate.receipt}
        for url in dict.fromkeys(receipt.queue_url for receipt in receipts.values()):
            queue = QueueSource(self._clients.sqs, url)
            of_queue = [one for one in receipts.values() if one.queue_url == url]
            queue.delete([one for one in of_queue if one.handle not in handles])
            queue.postpone([one for one in of_queue if one.handle in handles])

"""`Sender`: claims due deliveries from the outbox, sends them concurrently, records each attempt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from media_workflows.errors import NotificationError
from media_workflows.log_context import ContextThreads, logs_about
from media_workflows.notifications.retry_schedule import next_attempt_at
from media_workflows.notifications.transports.credentials import CredentialsOf
from media_workflows.notifications.transports.delivery import deliver
from media_workflows.notifications.transports.message import Event
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients
from media_workflows.store.deliveries import Attempt, ClaimedDelivery, claim_deliveries, record_attempt
from media_workflows.store.engine import transaction
from media_workflows.store.events import StoredEvent
from media_workflows.store.tables import utcnow
from media_workflows.tracing import failed, span

POLL_INTERVAL_S = 1.0
STORE_THREADS = 4
# The lease of a delivery outlasts its attempt by this much; then another sender may claim it.
LEASE_MARGIN_S = 20.0
PAUSE_AFTER_ERROR_S = 5.0

Result = TypeVar("Result")
log = structlog.get_logger(__name__)


class Sender:
    """Sends due deliveries until it is cancelled. Several may run; one that dies loses no delivery.

    `credentials_of` returns a target's secrets; it may block.
    """

    def __init__(self, clients: Clients, credentials_of: CredentialsOf, settings: Settings, engine: Engine) -> None:
        self._clients = clients
        self._credentials_of = credentials_of
        self._settings = settings
        self._engine = engine
        self._lease = timedelta(seconds=settings.notify_timeout_s + LEASE_MARGIN_S)
        self._under_way: set[asyncio.Task[None]] = set()
        self._threads = ContextThreads(STORE_THREADS, thread_name_prefix="event-store")

    async def run(self) -> None:
        """Send until cancelled. Deliveries in flight at that time are sent again by the next sender."""
        try:
            while True:
                if not await self._begin_due():
                    await self._pause()
        finally:
            for task in self._under_way:
                task.cancel()
            self.close()

    def close(self) -> None:
        """Shut down the threads that use the store."""
        self._threads.shutdown(wait=False)

    async def send_all_due(self) -> int:
        """Send due deliveries until none is left; returns how many were started."""
        count = 0
        while begun := await self._begin_due():
            count += begun
            await asyncio.wait(self._under_way)
        return count

    async def _begin_due(self) -> int:
        """Claim due deliveries up to the concurrency limit and start to send them; returns how many."""
        free = self._settings.notify_concurrency - len(self._under_way)
        if free <= 0:
            return 0
        try:
            claimed = await self._in_thread(partial(self._claim, free))
        except SQLAlchemyError as error:
            log.error("the outbox cannot be read", problem=str(error))
            await asyncio.sleep(PAUSE_AFTER_ERROR_S)
            return 0
        for delivery in claimed:
            task = asyncio.create_task(self._send(delivery))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return len(claimed)

    async def _pause(self) -> None:
        """Wait for the poll interval, or until a delivery ends."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=POLL_INTERVAL_S, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(POLL_INTERVAL_S)

    async def _send(self, delivery: ClaimedDelivery) -> None:
        """Its log records and its span are about the run of the event, in the trace of that run."""
        about = {"workflow": delivery.event.workflow_id, "run": delivery.event.run_id, "event_id": delivery.event.id}
        with logs_about(**about), span("delivery", delivery.traceparent, **about):
            await self._attempt(delivery)

    async def _attempt(self, delivery: ClaimedDelivery) -> None:
        begun_at, started = utcnow(), time.monotonic()
        error: NotificationError | None = None
        status, answer = None, ""
        try:
            credentials = await self._in_thread(partial(self._credentials_of, delivery.target))
            event = event_to_send(delivery.event)
            receipt = await deliver(delivery.target, event, self._clients, credentials, self._settings)
            status, answer = receipt.status, receipt.answer_excerpt
        except NotificationError as failure:
            error, status, answer = failure, failure.status, failure.answer
        except Exception as unexpected:  # an error of this product: this delivery waits, the others continue
            log.exception("a delivery failed unexpectedly", delivery=delivery.id)
            error = NotificationError(
                "the sender failed unexpectedly ({kind}: {cause}); see the log of the media_events DAG",
                kind=type(unexpected).__name__,
                cause=unexpected,
            )
        attempt = Attempt(
            begun_at=begun_at,
            latency_s=time.monotonic() - started,
            status=status,
            answer=answer,
            error=str(error) if error else "",
        )
        await self._note(delivery, attempt, error)

    async def _note(self, delivery: ClaimedDelivery, attempt: Attempt, error: NotificationError | None) -> None:
        again_at = None
        if error is not None:
            again_at = next_attempt_at(error, delivery.tries + 1, utcnow(), delivery.give_up_at, self._settings)
            end = f"retry at {again_at:%H:%M:%S}" if again_at else "given up"
            failed(str(error))
            log.warning("an event was not delivered", then=end, problem=str(error))
        else:
            log.info("an event was delivered", address=delivery.target.address, status=attempt.status)
        try:
            await self._in_thread(partial(self._record, delivery.id, attempt, again_at))
        except SQLAlchemyError as failure:  # the lease expires and the event is sent again, under the same id
            log.error("the attempt to deliver an event cannot be recorded", problem=str(failure))

    def _claim(self, limit: int) -> list[ClaimedDelivery]:
        with transaction(self._engine) as session:
            return claim_deliveries(session, limit, self._settings.notify_concurrency_per_receiver, self._lease)

    def _record(self, delivery_id: int, attempt: Attempt, again_at: datetime | None) -> None:
        with transaction(self._engine) as session:
            record_attempt(session, delivery_id, attempt, again_at)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def event_to_send(stored: StoredEvent) -> Event:
    """The stored event in the form that transports send."""
    return Event(stored.id, stored.workflow_id, stored.body, stored.created_at)

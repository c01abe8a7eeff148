"""`send_sample_event`: sends a test event to a target and returns the receiver's answer. Nothing is stored."""

from __future__ import annotations

import asyncio
import time
import uuid
from datetime import UTC, datetime

from media_workflows.domain.notification import AnyTarget, EventShape
from media_workflows.errors import NotificationError
from media_workflows.notifications.transports.credentials import CredentialsOf
from media_workflows.notifications.transports.delivery import deliver
from media_workflows.notifications.transports.message import Event
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients
from media_workflows.store.deliveries import Attempt
from media_workflows.vendor_mps.event import canonical_json, with_event_id
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.run_shapes import run_event

RUN_ID = "test"


def make_sample_event(
    workflow_id: str, workflow_name: str, now: datetime, shape: EventShape = "workflow_task"
) -> Event:
    """A test event without a run, marked by `MediaWorkflows.Test`."""
    body = run_event(EventRun(workflow_id, workflow_name, RUN_ID, revision=0, finished_at=now), shape)
    body["MediaWorkflows"]["Test"] = True
    id_ = f"evt_test_{uuid.uuid4().hex}"
    return Event(id_, workflow_id, canonical_json(with_event_id(body, id_)).decode(), now)


def send_sample_event(
    event: Event, target: AnyTarget, clients: Clients, credentials_of: CredentialsOf, settings: Settings
) -> Attempt:
    """Make one attempt now, by the rules of real deliveries. A failure is returned in the answer, not raised."""
    now, started = datetime.now(UTC), time.monotonic()
    try:
        receipt = asyncio.run(deliver(target, event, clients, credentials_of(target), settings))
    except NotificationError as error:
        took_s = time.monotonic() - started
        return Attempt(begun_at=now, latency_s=took_s, status=error.status, answer=error.answer, error=str(error))
    return Attempt(begun_at=now, latency_s=receipt.latency_s, status=receipt.status, answer=receipt.answer_excerpt)

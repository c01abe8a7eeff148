"""`send_test_event`: shows an owner what a receiver gets, and what it answers. Nothing is stored."""

from __future__ import annotations

import asyncio
import time
import uuid
from datetime import UTC, datetime

from media_workflows.domain.notification import AnyTarget
from media_workflows.errors import NotificationError
from media_workflows.notifications.transports.credentials import CredentialsOf
from media_workflows.notifications.transports.delivery import deliver
from media_workflows.notifications.transports.message import Event
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients
from media_workflows.store.deliveries import Attempt
from media_workflows.vendor_mps.event import canonical_json, with_event_id, workflow_task_event

RUN_ID = "test"


def make_test_event(workflow_id: str, workflow_name: str, now: datetime) -> Event:
    """An event of a run that did not take place; `MediaWorkflows.Test` says so."""
    body = workflow_task_event(
        workflow_id=workflow_id,
        workflow_name=workflow_name,
        revision=0,
        run_id=RUN_ID,
        source=None,
        results=[],
        error=None,
        finished_at=now,
    )
    body["MediaWorkflows"]["Test"] = True
    id_ = f"evt_test_{uuid.uuid4().hex}"
    return Event(id_, workflow_id, canonical_json(with_event_id(body, id_)).decode(), now)


def send_test_event(
    target: AnyTarget,
    clients: Clients,
    credentials_of: CredentialsOf,
    settings: Settings,
    workflow_id: str = "",
    workflow_name: str = "",
) -> Attempt:
    """One attempt, now, by the rules of real ones. A failure is told in the answer, not raised."""
    now, started = datetime.now(UTC), time.monotonic()
    event = make_test_event(workflow_id, workflow_name, now)
    try:
        receipt = asyncio.run(deliver(target, event, clients, credentials_of(target), settings))
    except NotificationError as error:
        took_s = time.monotonic() - started
        return Attempt(begun_at=now, latency_s=took_s, status=error.status, answer=error.answer, error=str(error))
    return Attempt(begun_at=now, latency_s=receipt.latency_s, status=receipt.status, answer=receipt.answer_excerpt)

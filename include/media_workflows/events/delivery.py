"""`deliver` an event to its target, once or with retries."""

from __future__ import annotations

import time
from collections.abc import Callable

from media_workflows.errors import NotificationError
from media_workflows.events.http import deliver_http
from media_workflows.events.receipt import DeliveryReceipt
from media_workflows.events.sns import deliver_sns
from media_workflows.events.sqs import deliver_sqs
from media_workflows.model.notification import HttpTarget, SnsTarget, SqsTarget
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0


def deliver(
    target: HttpTarget | SqsTarget | SnsTarget, event_id: str, body: bytes, clients: Clients, settings: Settings
) -> DeliveryReceipt:
    """One attempt. `body` is the event's canonical JSON. Raises NotificationError."""
    match target:
        case HttpTarget():
            return deliver_http(target.url, event_id, body, settings)
        case SqsTarget():
            return deliver_sqs(clients.sqs, target.queue_url, event_id, body)
        case SnsTarget():
            return deliver_sns(clients.sns, target.topic_arn, event_id, body)


def deliver_with_retries(
    target: HttpTarget | SqsTarget | SnsTarget,
    event_id: str,
    body: bytes,
    clients: Clients,
    settings: Settings,
    sleep: Callable[[float], None] = time.sleep,
) -> DeliveryReceipt:
    """Up to `settings.notify_attempts` attempts, the waits doubling from about 1 s to 30 s, with jitter.

    Every attempt carries the same event id, so a receiver can drop repeats. Raises the last
    attempt's NotificationError.
    """
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

    retrying = Retrying(
        stop=stop_after_attempt(settings.notify_attempts),
        wait=wait_exponential_jitter(initial=FIRST_WAIT_S, max=LONGEST_WAIT_S, jitter=FIRST_WAIT_S),
        retry=retry_if_exception_type(NotificationError),
        sleep=sleep,
        reraise=True,
    )
    return retrying(deliver, target, event_id, body, clients, settings)

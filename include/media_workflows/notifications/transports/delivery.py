"""`deliver`: sends an event to its target, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from media_workflows.domain.notification import AnyTarget, HttpTarget, LambdaTarget, SnsTarget, SqsTarget
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.function import deliver_lambda
from media_workflows.notifications.transports.http import deliver_http
from media_workflows.notifications.transports.message import Event, Message, compose, shortened, with_storage_form
from media_workflows.notifications.transports.receipt import DeliveryReceipt
from media_workflows.notifications.transports.sns import deliver_sns
from media_workflows.notifications.transports.sqs import deliver_sqs
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients

# boto3 blocks: its calls have a separate pool, so that a slow queue delays no callback.
_AWS_CALLS = ThreadPoolExecutor(128, thread_name_prefix="event-delivery")


async def deliver(
    target: AnyTarget, event: Event, clients: Clients, credentials: Credentials, settings: Settings
) -> DeliveryReceipt:
    """Make one delivery attempt. Raises NotificationError; UndeliverableError when a retry cannot help."""
    queued = not isinstance(target, HttpTarget)
    event = with_storage_form(event, target.storage_form)
    message = compose(shortened(event) if queued else event, target.format, credentials.notify_key, datetime.now(UTC))
    if isinstance(target, HttpTarget):
        return await deliver_http(target.url, message, credentials, settings)
    return await asyncio.get_running_loop().run_in_executor(_AWS_CALLS, _aws_call(target, message, clients))


def _aws_call(
    target: SqsTarget | SnsTarget | LambdaTarget, message: Message, clients: Clients
) -> Callable[[], DeliveryReceipt]:
    match target:
        case SqsTarget():
            return lambda: deliver_sqs(clients.messaging("sqs", target.region), target, message)
        case SnsTarget():
            return lambda: deliver_sns(clients.messaging("sns", _region(target)), target, message)
        case LambdaTarget():
            return lambda: deliver_lambda(clients.messaging("lambda", target.region), target, message)


def _region(target: SnsTarget) -> str | None:
    return target.region or (target.topic_arn.split(":")[3] or None if target.topic_arn else None)

"""`deliver`: sends an event to its target, once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from media_workflows.domain.notification import (
    AnyTarget,
    ChatTarget,
    EmailTarget,
    HttpTarget,
    LambdaTarget,
    SnsTarget,
    SqsTarget,
)
from media_workflows.errors import NotificationError
from media_workflows.log_context import ContextThreads
from media_workflows.notifications.message_text import message_text
from media_workflows.notifications.transports.chat import deliver_chat
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.email import deliver_email
from media_workflows.notifications.transports.function import deliver_lambda
from media_workflows.notifications.transports.http import deliver_http
from media_workflows.notifications.transports.message import Event, Message, compose, shortened, with_storage_form
from media_workflows.notifications.transports.receipt import DeliveryReceipt
from media_workflows.notifications.transports.sns import deliver_sns
from media_workflows.notifications.transports.sqs import deliver_sqs
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients

# boto3 and smtplib block: their calls have pools of their own, so that a slow queue or mail server delays no callback.
_AWS_CALLS = ContextThreads(128, thread_name_prefix="event-delivery")
_MAIL_CALLS = ContextThreads(32, thread_name_prefix="event-delivery-mail")


async def deliver(
    target: AnyTarget, event: Event, clients: Clients, credentials: Credentials, settings: Settings
) -> DeliveryReceipt:
    """Make one delivery attempt. Raises NotificationError; UndeliverableError when a retry cannot help."""
    now = datetime.now(UTC)
    if isinstance(target, ChatTarget):
        text = message_text(json.loads(event.body), target.language)
        return await deliver_chat(target, event.id, text, credentials, settings, now)
    if isinstance(target, EmailTarget):
        return await _deliver_email(target, event, credentials, settings)
    queued = not isinstance(target, HttpTarget)
    event = with_storage_form(event, target.storage_form)
    message = compose(shortened(event) if queued else event, target.format, credentials.notify_key, now)
    if isinstance(target, HttpTarget):
        return await deliver_http(target.url, message, credentials, settings)
    return await asyncio.get_running_loop().run_in_executor(_AWS_CALLS, _aws_call(target, message, clients))


async def _deliver_email(
    target: EmailTarget, event: Event, credentials: Credentials, settings: Settings
) -> DeliveryReceipt:
    server, timeout_s = credentials.mail_server, settings.notify_timeout_s
    assert server is not None, "the connection of a target for e-mail has a mail server"
    text = message_text(json.loads(event.body), target.language)
    call = partial(deliver_email, target, event.id, text, server, timeout_s)
    try:
        async with asyncio.timeout(timeout_s):
            return await asyncio.get_running_loop().run_in_executor(_MAIL_CALLS, call)
    except TimeoutError as error:
        raise NotificationError(
            "mail server {host} did not answer within {timeout_s} s; check Airflow connection '{connection}'",
            host=server.host,
            timeout_s=f"{timeout_s:g}",
            connection=target.connection,
        ) from error


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

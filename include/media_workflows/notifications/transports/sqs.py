"""Delivery to an SQS queue."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from media_workflows.domain.notification import SqsTarget
from media_workflows.notifications.transports.aws import aws_errors, event_attributes, fifo_arguments, message_receipt
from media_workflows.notifications.transports.message import Message
from media_workflows.notifications.transports.receipt import DeliveryReceipt

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def deliver_sqs(client: SQSClient, target: SqsTarget, message: Message) -> DeliveryReceipt:
    """Send the event once. Raises NotificationError."""
    started = time.monotonic()
    with aws_errors(target.address):
        queue_url = target.queue_url or client.get_queue_url(QueueName=str(target.queue_name))["QueueUrl"]
        response = client.send_message(
            QueueUrl=queue_url,
            MessageBody=message.body.decode(),
            MessageAttributes=event_attributes(message.event_id),
            **fifo_arguments(queue_url, message.group, message.event_id),
        )
    return message_receipt(response, time.monotonic() - started)

"""Delivery to an SQS queue."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from media_workflows.events.aws import aws_errors, event_attributes, fifo_arguments, message_receipt
from media_workflows.events.receipt import DeliveryReceipt

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def deliver_sqs(client: SQSClient, queue_url: str, event_id: str, body: bytes) -> DeliveryReceipt:
    """Send the event once. Raises NotificationError."""
    started = time.monotonic()
    with aws_errors(queue_url):
        response = client.send_message(
            QueueUrl=queue_url,
            MessageBody=body.decode(),
            MessageAttributes=event_attributes(event_id),
            **fifo_arguments(queue_url, event_id),
        )
    return message_receipt(response, time.monotonic() - started)

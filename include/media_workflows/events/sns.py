"""Delivery to an SNS topic."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from media_workflows.events.aws import aws_errors, event_attributes, fifo_arguments, message_receipt
from media_workflows.events.receipt import DeliveryReceipt

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


def deliver_sns(client: SNSClient, topic_arn: str, event_id: str, body: bytes) -> DeliveryReceipt:
    """Publish the event once. Raises NotificationError."""
    started = time.monotonic()
    with aws_errors(topic_arn):
        response = client.publish(
            TopicArn=topic_arn,
            Message=body.decode(),
            MessageAttributes=event_attributes(event_id),
            **fifo_arguments(topic_arn, event_id),
        )
    return message_receipt(response, time.monotonic() - started)

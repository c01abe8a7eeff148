"""Delivery to an SNS topic."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from media_workflows.domain.notification import SnsTarget
from media_workflows.errors import NotificationError
from media_workflows.notifications.transports.aws import aws_errors, event_attributes, fifo_arguments, message_receipt
from media_workflows.notifications.transports.message import Message
from media_workflows.notifications.transports.receipt import DeliveryReceipt

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


def deliver_sns(client: SNSClient, target: SnsTarget, message: Message) -> DeliveryReceipt:
    """Publish the event once. Raises NotificationError."""
    started = time.monotonic()
    with aws_errors(target.address):
        topic_arn = target.topic_arn or _arn_of(client, str(target.topic_name))
        response = client.publish(
            TopicArn=topic_arn,
            Message=message.body.decode(),
            MessageAttributes=event_attributes(message.event_id),
            **fifo_arguments(topic_arn, message.group, message.event_id),
        )
    return message_receipt(response, time.monotonic() - started)


def _arn_of(client: SNSClient, name: str) -> str:
    """The ARN of the topic with this name, from the list of topics: SNS has no lookup by name."""
    for page in client.get_paginator("list_topics").paginate():
        for topic in page["Topics"]:
            if topic["TopicArn"].rpartition(":")[2] == name:
                return topic["TopicArn"]
    raise NotificationError(
        "there is no SNS topic '{name}' in region {region}; create it or correct the name",
        name=name,
        region=client.meta.region_name,
    )

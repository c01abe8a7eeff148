"""Delivery to an AWS Lambda function."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from media_workflows.domain.notification import LambdaTarget
from media_workflows.notifications.transports.aws import aws_errors
from media_workflows.notifications.transports.message import Message
from media_workflows.notifications.transports.receipt import DeliveryReceipt

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def deliver_lambda(client: LambdaClient, target: LambdaTarget, message: Message) -> DeliveryReceipt:
    """Invoke the function asynchronously; Lambda retries by its own rules. Raises NotificationError."""
    started = time.monotonic()
    with aws_errors(target.address):
        response = client.invoke(FunctionName=target.function_name, InvocationType="Event", Payload=message.body)
    request_id = response["ResponseMetadata"].get("RequestId", "")
    return DeliveryReceipt(response["StatusCode"], time.monotonic() - started, request_id)

"""Shared by delivery to SQS, SNS and Lambda: attributes, FIFO arguments, errors, receipts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypedDict

from media_workflows.errors import NotificationError
from media_workflows.notifications.transports.receipt import DeliveryReceipt

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import PublishResponseTypeDef
    from mypy_boto3_sqs.type_defs import SendMessageResultTypeDef

EVENT_ID = "event_id"


class FifoArguments(TypedDict, total=False):
    """The arguments that a FIFO queue or topic requires besides the message."""

    MessageGroupId: str
    MessageDeduplicationId: str


def event_attributes(event_id: str) -> dict[str, Any]:
    """The message attributes: receivers drop repeats by `event_id`."""
    return {EVENT_ID: {"DataType": "String", "StringValue": event_id}}


def fifo_arguments(target: str, group: str, event_id: str) -> FifoArguments:
    """Arguments for order (within a workflow, the `group`) and deduplication, if the target's name ends in .fifo.

    Empty for other targets, which reject them.
    """
    if not target.endswith(".fifo"):
        return {}
    return {"MessageGroupId": group, "MessageDeduplicationId": event_id}


@contextmanager
def aws_errors(target: str) -> Iterator[None]:
    """Translate boto3's exceptions in the context into NotificationError."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        answer = getattr(error, "response", {})
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
        raise NotificationError(
            "cannot send the event to {target}: {cause}; check the target's name and region, its permissions and "
            "setting sqs_endpoint_url",
            status,
            target=target,
            cause=error,
        ) from error


def message_receipt(response: SendMessageResultTypeDef | PublishResponseTypeDef, latency_s: float) -> DeliveryReceipt:
    return DeliveryReceipt(response["ResponseMetadata"]["HTTPStatusCode"], latency_s, response["MessageId"])

"""Conversion of the vendor's TaskNotifyConfig into our `notification`, for migrated definitions."""

from __future__ import annotations

import re
from typing import Any

from media_workflows.domain.invalid import invalid

_KEYS = {
    "NotifyType",
    "NotifyMode",
    "NotifyUrl",
    "NotifyKey",
    "CmqModel",
    "CmqRegion",
    "QueueName",
    "TopicName",
    "AwsSQS",
}
_OURS = {"connection", "format", "event", "storage_form"}
_QUEUE_KEYS = {"SQSRegion", "SQSQueueName"}
# The vendor's own regions ("sh", "ap-guangzhou") do not exist in AWS.
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_QUEUES = ("", "TDMQ-CMQ", "CMQ")  # an empty NotifyType means the vendor's message queue
_FUNCTION = (
    "the function callback is shared by all workflows: set it on the page 'Function callback', "
    "with `media-workflows function set` or as setting function_callback, and leave it out here"
)
_KEY = (
    "a NotifyKey is a secret and must not be in a definition: put it into an Airflow connection as extra "
    "`notify_key`, remove it here and name the connection in `connection` (or set notify_key for all)"
)


def from_task_notify_config(data: dict[str, Any]) -> dict[str, Any]:
    """Convert the vendor's form; data in any other form are returned unchanged. Raises ValueError."""
    if not data.keys() & _KEYS:
        return data
    if unknown := sorted(data.keys() - _KEYS - _OURS):
        raise invalid("unknown in a TaskNotifyConfig: {names}; remove it", names=", ".join(unknown))
    if data.get("NotifyKey"):
        raise invalid(_KEY)
    ours = {name: data[name] for name in _OURS & data.keys()}
    return ours | {"mode": _mode(data)} | _target(data)


def _mode(data: dict[str, Any]) -> str:
    mode = data.get("NotifyMode") or "Finish"
    if mode not in ("Finish", "Change"):
        raise invalid("NotifyMode must be Finish or Change")
    return str(mode).lower()


def _target(data: dict[str, Any]) -> dict[str, Any]:
    match data.get("NotifyType") or "":
        case "URL":
            return {"type": "http", "url": data.get("NotifyUrl", "")}
        case "AWS-SQS":
            return _sqs(data.get("AwsSQS") or {})
        case "SCF":
            raise invalid(_FUNCTION)
        case kind if kind in _QUEUES:
            return _message_queue(data)
    raise invalid("NotifyType must be TDMQ-CMQ, URL or AWS-SQS")


def _sqs(queue: dict[str, Any]) -> dict[str, Any]:
    if more := sorted(queue.keys() - _QUEUE_KEYS):
        raise invalid(
            "AwsSQS contains {names}: leave it out; account keys belong into the settings or an Airflow connection "
            "(aws_conn_id)",
            names=", ".join(more),
        )
    return {"type": "sqs", "queue_name": queue.get("SQSQueueName", ""), "region": queue.get("SQSRegion")}


def _region(data: dict[str, Any]) -> str | None:
    region = data.get("CmqRegion") or None
    if region is not None and not (isinstance(region, str) and _REGION.fullmatch(region)):
        raise invalid(
            "CmqRegion {region} is a region of the commercial service, which has no queues or topics here: set the "
            "region of your queue or topic, or leave CmqRegion out to use that of the settings",
            region=repr(region),
        )
    return region


def _message_queue(data: dict[str, Any]) -> dict[str, Any]:
    match data.get("CmqModel"):
        case "Queue":
            return {"type": "sqs", "queue_name": data.get("QueueName", ""), "region": _region(data)}
        case "Topic":
            return {"type": "sns", "topic_name": data.get("TopicName", ""), "region": _region(data)}
    raise invalid("CmqModel must be Queue or Topic")

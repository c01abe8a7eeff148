"""The vendor's TaskNotifyConfig (reference 4.1) as our `notification`: for definitions that are moved here."""

from __future__ import annotations

import re
from typing import Any

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
_OURS = {"connection", "format"}
_QUEUE_KEYS = {"SQSRegion", "SQSQueueName"}
# The vendor's own regions ("sh", "ap-guangzhou") are none of the cloud that has our queues.
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_QUEUES = ("", "TDMQ-CMQ", "CMQ")  # an empty NotifyType means the vendor's message queue
_FUNCTION = (
    "the function callback is one for all workflows: set it on the page 'Function callback', "
    "with `media-workflows function set` or as setting function_callback, and leave it out here"
)
_KEY = (
    "a NotifyKey is a secret and is not kept in a definition: put it into an Airflow connection as extra "
    "`notify_key`, remove it here and name the connection in `connection` (or set notify_key for all)"
)


def from_task_notify_config(data: dict[str, Any]) -> dict[str, Any]:
    """Our form of the vendor's; data in any other form come back as they are. Raises ValueError."""
    if not data.keys() & _KEYS:
        return data
    if unknown := sorted(data.keys() - _KEYS - _OURS):
        raise ValueError(f"unknown in a TaskNotifyConfig: {', '.join(unknown)}")
    if data.get("NotifyKey"):
        raise ValueError(_KEY)
    ours = {name: data[name] for name in _OURS & data.keys()}
    return ours | {"mode": _mode(data)} | _target(data)


def _mode(data: dict[str, Any]) -> str:
    mode = data.get("NotifyMode") or "Finish"
    if mode not in ("Finish", "Change"):
        raise ValueError("NotifyMode wants Finish or Change")
    return str(mode).lower()


def _target(data: dict[str, Any]) -> dict[str, Any]:
    match data.get("NotifyType") or "":
        case "URL":
            return {"type": "http", "url": data.get("NotifyUrl", "")}
        case "AWS-SQS":
            return _sqs(data.get("AwsSQS") or {})
        case "SCF":
            raise ValueError(_FUNCTION)
        case kind if kind in _QUEUES:
            return _message_queue(data)
    raise ValueError("NotifyType wants TDMQ-CMQ, URL or AWS-SQS")


def _sqs(queue: dict[str, Any]) -> dict[str, Any]:
    if more := sorted(queue.keys() - _QUEUE_KEYS):
        message = "the settings or an Airflow connection (aws_conn_id) hold the account's keys: leave them out"
        raise ValueError(f"AwsSQS holds {', '.join(more)}: {message}")
    return {"type": "sqs", "queue_name": queue.get("SQSQueueName", ""), "region": queue.get("SQSRegion")}


def _region(data: dict[str, Any]) -> str | None:
    region = data.get("CmqRegion") or ""
    return region if _REGION.fullmatch(region) else None


def _message_queue(data: dict[str, Any]) -> dict[str, Any]:
    match data.get("CmqModel"):
        case "Queue":
            return {"type": "sqs", "queue_name": data.get("QueueName", ""), "region": _region(data)}
        case "Topic":
            return {"type": "sns", "topic_name": data.get("TopicName", ""), "region": _region(data)}
    raise ValueError("CmqModel wants Queue or Topic")

"""The vendor's TaskNotifyConfig (reference 4.1) as our `notification`: for definitions that are moved here."""

from __future__ import annotations

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
    if unknown := sorted(data.keys() - _KEYS - {"connection", "format"}):
        raise ValueError(f"unknown in a TaskNotifyConfig: {', '.join(unknown)}")
    if data.get("NotifyKey"):
        raise ValueError(_KEY)
    ours = {name: data[name] for name in ("connection", "format") if name in data}
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
            queue = data.get("AwsSQS") or {}
            return {"type": "sqs", "queue_name": queue.get("SQSQueueName", ""), "region": queue.get("SQSRegion")}
        case "SCF":
            raise ValueError(_FUNCTION)
        case kind if kind in _QUEUES:
            return _message_queue(data)
    raise ValueError("NotifyType wants TDMQ-CMQ, URL or AWS-SQS")


def _message_queue(data: dict[str, Any]) -> dict[str, Any]:
    match data.get("CmqModel"):
        case "Queue":
            return {"type": "sqs", "queue_name": data.get("QueueName", ""), "region": data.get("CmqRegion")}
        case "Topic":
            return {"type": "sns", "topic_name": data.get("TopicName", ""), "region": data.get("CmqRegion")}
    raise ValueError("CmqModel wants Queue or Topic")

"""`compose`: the message of one delivery attempt, in the body format of its target. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from media_workflows.domain.notification import BodyFormat, StorageForm
from media_workflows.errors import UndeliverableError
from media_workflows.notifications.budget_event import BUDGET_EVENT
from media_workflows.notifications.review_event import REVIEW_EVENT
from media_workflows.notifications.step_event import STEP_EVENT
from media_workflows.notifications.track_event import TRACK_EVENT, TRACK_FAILED_EVENT
from media_workflows.vendor_mps.event import canonical_json
from media_workflows.vendor_mps.event_storage import in_cos_form

_RUN_EVENTS = frozenset({"WorkflowTaskEvent", "ScheduleTaskEvent"})  # those that the vendor has, too
CLOUD_EVENT_TYPE = "application/cloudevents+json; charset=utf-8"
SIGN_LIFETIME = timedelta(minutes=10)  # the vendor's
# SNS accepts 256 KiB with the attributes; so did SQS and Lambda for years, and some servers still do.
MAX_QUEUED_BYTES = 250_000
# The lists that are removed from a queued event, in this order, until it is short enough: of which result set of a
# WorkflowTask, and of which result of a ScheduleTask, '' = one that has files.
_LONGEST = (
    ("MediaProcessResultSet", "", ("PicInfoSet", "ImagePathSet")),
    ("AiRecognitionResultSet", "RecognitionTask", ("SegmentSet", "ResultSet")),
    ("AiAnalysisResultSet", "AnalysisTask", ("SegmentSet",)),
    ("AiContentReviewResultSet", "ReviewTask", ("SegmentSet",)),
)


@dataclass(frozen=True)
class Message:
    """The message to send. `event_id` is the same for every attempt, so that receivers can drop duplicates.

    `group` is the workflow's id: FIFO queues keep the order within it.
    """

    event_id: str
    group: str
    body: bytes
    content_type: str


@dataclass(frozen=True)
class Event:
    """A stored event. `body` is canonical JSON, of the vendor's shape or one of our own."""

    id: str
    workflow_id: str
    body: str
    created_at: datetime


def compose(event: Event, form: BodyFormat, notify_key: str, now: datetime) -> Message:
    """The event as a message; with a NotifyKey, the vendor's shape also carries `Timestamp` and `Sign`.

    The form `vendor` has no field that the vendor does not have.
    """
    body = json.loads(event.body)
    if form == "cloud_event":
        return Message(event.id, event.workflow_id, canonical_json(_cloud_event(event, body)), CLOUD_EVENT_TYPE)
    if form == "vendor" and _RUN_EVENTS & body.keys():
        del body["MediaWorkflows"]
    signed = body | (_sign(notify_key, now) if notify_key else {})
    return Message(event.id, event.workflow_id, canonical_json(signed), "application/json")


def with_storage_form(event: Event, form: StorageForm) -> Event:
    """The event with its places in the form that its target reads. Events are stored in that of S3."""
    return event if form == "s3" else replace(event, body=canonical_json(in_cos_form(json.loads(event.body))).decode())


def shortened(event: Event) -> Event:
    """The event, without its longest lists if it is too large for a queue. Raises UndeliverableError.

    Picture lists are removed first, then recognition segments, then analysis, last those of a review.
    """
    if len(event.body.encode()) <= MAX_QUEUED_BYTES:
        return event
    body = json.loads(event.body)
    body["MediaWorkflows"]["Shortened"] = True
    text = b""
    for shorten in _SHORTENINGS:
        shorten(body)
        text = canonical_json(body)
        if len(text) <= MAX_QUEUED_BYTES:
            return replace(event, body=text.decode())
    raise UndeliverableError(
        "the event has {size_bytes} bytes even without its lists, and a queue accepts {max_bytes}: use an HTTP "
        "callback, or fewer jobs in one workflow",
        size_bytes=len(text),
        max_bytes=MAX_QUEUED_BYTES,
    )


def _without_outputs(body: dict[str, Any]) -> None:
    """Of the event of a step."""
    for step in body.get(STEP_EVENT, {}).get("Steps", ()):
        step["Outputs"] = []


def _without_lists(set_: str, key: str, lists: tuple[str, ...], body: dict[str, Any]) -> None:
    """Of the event of a run."""
    for result in _results(body, set_, key):
        for task in result.values():
            _leave_out(task, lists)
    for review in body["MediaWorkflows"].get("Reviews", ()) if key == "ReviewTask" else ():
        _leave_out(review, lists)


_SHORTENINGS: tuple[Callable[[dict[str, Any]], None], ...] = (
    _without_outputs,
    *(partial(_without_lists, *longest) for longest in _LONGEST),
)


def _results(body: dict[str, Any], set_: str, key: str) -> Iterator[dict[str, Any]]:
    """The objects whose values are the results of a set."""
    yield from body.get("WorkflowTaskEvent", {}).get(set_) or ()
    for activity in body.get("ScheduleTaskEvent", {}).get("ActivityResultSet", ()):
        item = activity["ActivityResItem"]
        if not key:
            yield item
        elif item[key]:
            yield from item[key]["Output"]


def _leave_out(task: Any, lists: tuple[str, ...]) -> None:
    output = task.get("Output") if isinstance(task, dict) else None
    for name in lists:
        if output and name in output:
            output[name] = []


def _sign(notify_key: str, now: datetime) -> dict[str, Any]:
    """The signature fields by the vendor's formula; `Timestamp` is when the signature expires."""
    timestamp = int((now + SIGN_LIFETIME).timestamp())
    digest = hashlib.md5(f"{timestamp}{notify_key}".encode(), usedforsecurity=False)
    return {"Timestamp": timestamp, "Sign": digest.hexdigest()}


def _type(body: dict[str, Any]) -> str:
    if STEP_EVENT in body:
        return "workflow-step"
    if TRACK_EVENT in body:
        return "workflow-track"
    if TRACK_FAILED_EVENT in body:
        return "workflow-track-failed"
    if REVIEW_EVENT in body:
        return "workflow-review"
    if BUDGET_EVENT in body:
        return "workflow-budget"
    kind, task = "workflow-task", body.get("WorkflowTaskEvent")
    if task is None:
        kind, task = "schedule-task", body["ScheduleTaskEvent"]
    return f"{kind}.{'finish' if task['Status'] == 'FINISH' else 'change'}"


def _cloud_event(event: Event, body: dict[str, Any]) -> dict[str, Any]:
    """The event as CloudEvents 1.0, structured mode."""
    ours = body["MediaWorkflows"]
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": f"/media-workflows/workflows/{ours['WorkflowId']}",
        "type": f"org.media-workflows.{_type(body)}",
        "subject": f"runs/{ours['RunId']}",
        "time": event.created_at.isoformat(),
        "datacontenttype": "application/json",
        "data": body,
    }

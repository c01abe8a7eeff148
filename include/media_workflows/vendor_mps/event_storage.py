"""The event or the task detail of a run with its places in the form of the vendor's own storage. Pure.

Events are stored with places on S3. Clients that were written for the vendor's own storage read CosInputInfo and
CosOutputStorage, and paths that begin with '/'.
"""

from __future__ import annotations

from typing import Any

from media_workflows.vendor_mps.event_shapes import Json

_TASKS = ("WorkflowTaskEvent", "ScheduleTaskEvent", "WorkflowTask", "ScheduleTask")
_PLACES = {
    "S3InputInfo": ("CosInputInfo", {"S3Bucket": "Bucket", "S3Region": "Region", "S3Object": "Object"}),
    "S3OutputStorage": ("CosOutputStorage", {"S3Bucket": "Bucket", "S3Region": "Region"}),
}
_PATHS = frozenset({"Path", "ImagePathSet", "WebVttPath", "CoverPath", "SubtitlePath", "Object"})
_REQUESTED_PATH = "OutputObjectPath"  # of an input without storage it is the pattern of the request


def in_cos_form(body: Json) -> Json:
    """The body of an event, or a task detail; one that has no run's task is as it was."""
    return body | {name: _converted(body[name]) for name in _TASKS if name in body}


def _converted(value: Any) -> Any:
    if isinstance(value, list):
        return [_converted(one) for one in value]
    if not isinstance(value, dict):
        return value
    for name, (own, fields) in _PLACES.items():
        if value.get("Type") == "AWS-S3" and name in value:
            place = {fields[field]: one for field, one in value[name].items() if field in fields}
            return {"Type": "COS", own: _with_paths(place)}
    return {name: _converted(one) for name, one in _with_paths(value).items()}


def _with_paths(value: Json) -> Json:
    """The object with its paths from the top of the bucket."""
    paths = _PATHS | {_REQUESTED_PATH} if value.get("OutputStorage") else _PATHS
    return {name: _absolute(one) if name in paths else one for name, one in value.items()}


def _absolute(path: Any) -> Any:
    if isinstance(path, list):
        return [_absolute(one) for one in path]
    return f"/{path}" if isinstance(path, str) and path else path

"""The events of an add-on that joined a published ladder, and of one that could not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from media_workflows.domain.result import OutputRecord, SourceObject
from media_workflows.vendor_mps.event_shapes import Json

TRACK_EVENT = "WorkflowTrackEvent"
TRACK_FAILED_EVENT = "WorkflowTrackFailedEvent"


def track_event(
    *,
    workflow_id: str,
    workflow_name: str,
    revision: int,
    run_id: str,
    step_id: str,
    source: SourceObject,
    add_on: SourceObject,
    type: Literal["audio", "subtitle"],
    language: str,
    name: str,
    replaces: bool,
    outputs: Sequence[OutputRecord],
) -> Json:
    """The body without the event's id. `outputs` are the files that were written, the manifest last."""
    return {
        "EventType": "WorkflowTrack",
        TRACK_EVENT: {
            "StepId": step_id,
            "Source": _object(source),
            "AddOn": {**_object(add_on), "UploadedAt": add_on.last_modified and add_on.last_modified.isoformat()},
            "Type": type,
            "Language": language,
            "Name": name,
            "Replaces": replaces,
            "Outputs": [
                {"Bucket": one.bucket, "Key": one.key, "Size": one.size_bytes, "Md5": one.md5, "Role": one.role}
                for one in outputs
            ],
        },
        "MediaWorkflows": {
            "WorkflowId": workflow_id,
            "WorkflowName": workflow_name,
            "Revision": revision,
            "RunId": run_id,
        },
    }


def track_failed_event(
    *,
    workflow_id: str,
    workflow_name: str,
    revision: int,
    run_id: str,
    source: SourceObject,
    add_on: tuple[str, str],
    join_run_id: str,
    code: str,
    message: str,
) -> Json:
    """The body without the event's id. `add_on` is (bucket, key); `join_run_id` the run of media_sidecars."""
    return {
        "EventType": "WorkflowTrackFailed",
        TRACK_FAILED_EVENT: {
            "Source": _object(source),
            "AddOn": {"Bucket": add_on[0], "Key": add_on[1]},
            "ErrCodeExt": code,
            "Message": message,
            "JoinRunId": join_run_id,
        },
        "MediaWorkflows": {
            "WorkflowId": workflow_id,
            "WorkflowName": workflow_name,
            "Revision": revision,
            "RunId": run_id,
        },
    }


def _object(one: SourceObject) -> Json:
    return {"Bucket": one.bucket, "Key": one.key, "Size": one.size_bytes, "ETag": one.etag}

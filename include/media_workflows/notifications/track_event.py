"""The event of an add-on that joined a published ladder. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from media_workflows.domain.result import OutputRecord, SourceObject
from media_workflows.vendor_mps.event_shapes import Json

TRACK_EVENT = "WorkflowTrackEvent"


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


def _object(one: SourceObject) -> Json:
    return {"Bucket": one.bucket, "Key": one.key, "Size": one.size_bytes, "ETag": one.etag}

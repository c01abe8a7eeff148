"""The events of an add-on that joined a published ladder, and of one that could not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from media_workflows.domain.result import OutputRecord, SourceObject
from media_workflows.domain.run import Run
from media_workflows.notifications.event_models import TrackContent, TrackFailedContent
from media_workflows.notifications.own_event import object_fields, own_event
from media_workflows.vendor_mps.event_error import RunError
from media_workflows.vendor_mps.event_shapes import Json

TRACK_EVENT = "WorkflowTrackEvent"
TRACK_FAILED_EVENT = "WorkflowTrackFailedEvent"


@dataclass(frozen=True)
class AddedTrack:
    """A track that a step's ladder has now. `outputs` are the files that were written, the manifest last."""

    step_id: str
    add_on: SourceObject
    type: Literal["audio", "subtitle"]
    language: str
    name: str
    replaces: bool
    outputs: Sequence[OutputRecord]


def track_event(run: Run, source: SourceObject, track: AddedTrack) -> Json:
    """The body without the event's id."""
    uploaded_at = track.add_on.last_modified
    content: TrackContent = {
        "StepId": track.step_id,
        "Source": object_fields(source),
        "AddOn": {**object_fields(track.add_on), "UploadedAt": uploaded_at.isoformat() if uploaded_at else None},
        "Type": track.type,
        "Language": track.language,
        "Name": track.name,
        "Replaces": track.replaces,
        "Outputs": [
            {"Bucket": one.bucket, "Key": one.key, "Size": one.size_bytes, "Md5": one.md5, "Role": one.role}
            for one in track.outputs
        ],
    }
    return own_event(TRACK_EVENT, run, content)


def track_failed_event(
    run: Run, source: SourceObject, add_on: tuple[str, str], join_run_id: str, error: RunError
) -> Json:
    """The body without the event's id. `add_on` is (bucket, key); `join_run_id` the run of media_sidecars."""
    content: TrackFailedContent = {
        "Source": object_fields(source),
        "AddOn": {"Bucket": add_on[0], "Key": add_on[1]},
        "ErrCodeExt": error.code,
        "Message": error.message,
        "JoinRunId": join_run_id,
    }
    return own_event(TRACK_FAILED_EVENT, run, content)

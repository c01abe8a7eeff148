"""The frame of the events that the vendor lacks, each about one run. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from media_workflows.domain.result import SourceObject
from media_workflows.domain.run import Run
from media_workflows.notifications.event_models import ObjectFields
from media_workflows.vendor_mps.event_shapes import Json


def own_event(name: str, run: Run, content: Mapping[str, object]) -> Json:
    """The body without the event's id. `name` is the field with the content, the type and 'Event'."""
    return {
        "EventType": name.removesuffix("Event"),
        name: content,
        "MediaWorkflows": {
            "WorkflowId": run.workflow_id,
            "WorkflowName": run.workflow.name,
            "Revision": run.revision,
            "RunId": run.run_id,
        },
    }


def object_fields(one: SourceObject) -> ObjectFields:
    """An uploaded object as these events show it."""
    return {"Bucket": one.bucket, "Key": one.key, "Size": one.size_bytes, "ETag": one.etag}

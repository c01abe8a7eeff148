"""The names of tasks in words, as Airflow shows them. Their ids are those of the steps."""

from __future__ import annotations

from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.steps import BUDGET, GATE, NOTIFY, PUBLISH, UPLOAD, Step

TASK_NAMES = {
    UPLOAD: "Upload",
    BUDGET: "Budget",
    FEATURES: "Features",
    GATE: "Gate",
    PUBLISH: "Publish together",
    NOTIFY: "Event",
    "transcode": "Transcode",
    "snapshot_by_time_offset": "Snapshots at time offsets",
    "sample_snapshot": "Snapshots at an interval",
    "image_sprite": "Image sprite with WebVTT",
    "animated_graphic": "Animated picture",
    "adaptive_dynamic_streaming": "Adaptive streaming",
    "captions": "Captions",
    "quality_control": "Quality control",
    "content_review": "Content review",
    "recognition": "Recognition",
    "analysis": "Analysis",
    "approval": "Approval",
    "copy": "Copy",
    "call": "Call of a function",
    "move_source": "Move the source",
    "delete_source": "Delete the source",
}


def task_name(step: Step) -> str:
    """What the task of a step does; after its id, where the workflow names it."""
    name = TASK_NAMES[step.kind]
    return name if step.id == step.kind else f"{step.id}: {name}"

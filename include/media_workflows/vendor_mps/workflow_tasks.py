"""MediaProcessTask, AiContentReviewTask, AiAnalysisTask and AiRecognitionTask, as `jobs`, in both directions. Pure."""

from __future__ import annotations

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs import JOB_ITEMS, Jobs
from media_workflows.vendor_mps.read_definition import VendorPlace
from media_workflows.vendor_mps.reading import Findings, Json
from media_workflows.vendor_mps.tasks import (
    read_ai_task,
    read_media_process_task,
    write_ai_task,
    write_media_process_task,
)

MEDIA_TASK = "MediaProcessTask"
AI_TASKS = {
    "content_review": "AiContentReviewTask",
    "analysis": "AiAnalysisTask",
    "recognition": "AiRecognitionTask",
}
_SETS = {
    "transcode": "TranscodeTaskSet",
    "animated_graphic": "AnimatedGraphicTaskSet",
    "snapshot_by_time_offset": "SnapshotByTimeOffsetTaskSet",
    "sample_snapshot": "SampleSnapshotTaskSet",
    "image_sprite": "ImageSpriteTaskSet",
    "adaptive_dynamic_streaming": "AdaptiveDynamicStreamingTaskSet",
}


def read_tasks(data: Json, findings: Findings) -> Json:
    """Our jobs by kind, of those that the vendor's object has."""
    jobs: Json = {}
    for name, value in data.items():
        if value is None or name not in (MEDIA_TASK, *AI_TASKS.values()):
            continue
        if not isinstance(value, dict):
            findings.refuse(invalid("must be an object"), name, shown(value))
        elif name == MEDIA_TASK:
            jobs |= read_media_process_task(value, name, findings)
    for kind, name in AI_TASKS.items():
        if isinstance(data.get(name), dict):
            jobs[kind] = [read_ai_task(kind, data[name], name, findings)]
    return jobs


def task_places(jobs: Json) -> dict[str, VendorPlace]:
    """The places of the items of such jobs."""
    places = {
        f"jobs.{kind}[{number}]": VendorPlace(f"{MEDIA_TASK}.{set_}[{number}]", kind)
        for kind, set_ in _SETS.items()
        for number in range(len(jobs.get(kind, ())))
    }
    ai = {f"jobs.{kind}[0]": VendorPlace(name, kind) for kind, name in AI_TASKS.items()}
    return {**places, **ai, "jobs": VendorPlace(MEDIA_TASK)}


def write_tasks(jobs: Jobs, findings: Findings) -> Json:
    """The vendor's tasks. Kinds that have none there are refused."""
    given = {
        kind: [item.model_dump(mode="json", exclude_defaults=True) for item in items] for kind, items in jobs.by_kind()
    }
    media = {kind: items for kind, items in given.items() if kind in _SETS}
    written: Json = {MEDIA_TASK: write_media_process_task(media, "jobs", findings)} if media else {}
    for kind, items in given.items():
        if kind in AI_TASKS:
            written[AI_TASKS[kind]] = write_ai_task(kind, items, f"jobs.{kind}", findings)
        elif kind not in _SETS:
            problem = invalid("is no task of the commercial service's workflows: make a step of it for a schedule")
            findings.refuse(problem, f"jobs.{kind}", JOB_ITEMS[kind].__name__)
    return written

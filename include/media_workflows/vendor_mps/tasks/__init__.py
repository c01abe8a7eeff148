"""Tasks of the commercial service, as jobs by kind. Pure."""

from __future__ import annotations

from media_workflows.vendor_mps.reading import Findings, Json
from media_workflows.vendor_mps.schedule.tasks import read_task, write_task

_SETS = {
    "transcode": "TranscodeTaskSet",
    "animated_graphic": "AnimatedGraphicTaskSet",
    "snapshot_by_time_offset": "SnapshotByTimeOffsetTaskSet",
    "sample_snapshot": "SampleSnapshotTaskSet",
    "image_sprite": "ImageSpriteTaskSet",
    "adaptive_dynamic_streaming": "AdaptiveDynamicStreamingTaskSet",
}


def read_media_process_task(data: Json, place: str, findings: Findings) -> Json:
    """Our jobs by kind."""
    return {
        kind: [read_task(kind, one, f"{place}.{name}[{i}]", findings) for i, one in enumerate(data[name])]
        for kind, name in _SETS.items()
        if data.get(name)
    }


def write_media_process_task(jobs: Json, place: str, findings: Findings) -> Json:
    """The vendor's MediaProcessTask of our jobs by kind."""
    return {
        _SETS[kind]: [write_task(kind, one, f"{place}.{kind}[{i}]", findings) for i, one in enumerate(items)]
        for kind, items in jobs.items()
        if kind in _SETS
    }


def read_ai_task(kind: str, data: Json, place: str, findings: Findings) -> Json:
    """Our item of a kind."""
    return read_task(kind, data, place, findings)


def write_ai_task(kind: str, items: list[Json], place: str, findings: Findings) -> Json:
    """The vendor's task of our items of a kind."""
    return write_task(kind, items[0], place, findings)

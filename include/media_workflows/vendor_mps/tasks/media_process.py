"""MediaProcessTask and the tasks of review, recognition, analysis and quality control. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.vendor_mps.reading import Findings, Json, Part, Table, is_empty
from media_workflows.vendor_mps.tasks.tables import TABLES

TASK_SETS = {
    "TranscodeTaskSet": "transcode",
    "AnimatedGraphicTaskSet": "animated_graphic",
    "SnapshotByTimeOffsetTaskSet": "snapshot_by_time_offset",
    "SampleSnapshotTaskSet": "sample_snapshot",
    "ImageSpriteTaskSet": "image_sprite",
    "AdaptiveDynamicStreamingTaskSet": "adaptive_dynamic_streaming",
}
_MEDIA_PROCESS = Table(*(Part(name, kind, TABLES[kind], many=True) for name, kind in TASK_SETS.items()))


def read_media_process_task(data: Any, place: str, findings: Findings) -> Json:
    """Our jobs of a MediaProcessTask: kind -> items. A field without a meaning is refused by name.

    Files of the items have to be in the bucket of `findings.objects`.
    """
    return {} if is_empty(data) else _MEDIA_PROCESS.read(data, place, findings.strict())


def write_media_process_task(jobs: Json, place: str, findings: Findings) -> Json:
    """The MediaProcessTask of our jobs; those of kinds with a task of their own are left to `write_ai_task`."""
    own = {kind: jobs[kind] for kind in TASK_SETS.values() if jobs.get(kind)}
    return _MEDIA_PROCESS.write(own, place, findings)


def media_process_place(ours: str) -> str:
    """'transcode[0].parameters.video.crf' -> 'TranscodeTaskSet[0].RawParameter.VideoTemplate.Vcrf'; '' = none."""
    return _MEDIA_PROCESS.place_of(ours)


def read_ai_task(kind: str, data: Any, place: str, findings: Findings) -> list[Json]:
    """The items of a review, recognition, analysis or quality control: one, or none of an empty task."""
    return [] if is_empty(data) else [TABLES[kind].read(data, place, findings.strict())]


def write_ai_task(kind: str, items: Sequence[Json], place: str, findings: Findings) -> Json | None:
    """The task of these items; None = there is none."""
    if len(items) > 1:
        problem = invalid("must be one item: the commercial service has one task of this kind")
        findings.refuse(problem, place, f"{len(items)} items")
    return TABLES[kind].write(items[0], place, findings) if items else None

"""`choice_reading`: where what probe encodes gave for an item is kept beside the source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.media.ffmpeg.run import ffmpeg_version
from media_workflows.media.source.kept_readings import Reading, reading_of


def choice_reading(source: Path, name: str, item: JobItem[Any], identity: object, binary: str) -> Reading | None:
    """The reading `name` of an item by this ffmpeg; None = nothing is kept: the choice depends on other objects, too.

    Another version of ffmpeg may choose otherwise. Raises EncodeError where the ffmpeg cannot be run.
    """
    if item.extra_keys:
        return None
    return reading_of(source, name, (item.model_dump_json(), identity, ffmpeg_version(binary)))

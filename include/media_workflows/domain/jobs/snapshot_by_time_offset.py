"""`snapshot_by_time_offset`: pictures at given times."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, field_validator

from media_workflows.domain.jobs.base import FrameSize, JobItem, Numbered, StillFormat, offset_seconds
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.jobs.watermark import MAX_WATERMARKS, Watermark, images_only


class SnapshotByTimeOffsetParameters(FrameSize):
    """Size and format of the pictures."""

    format: StillFormat = "jpg"

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """What ffmpeg has to encode."""
        return (Encoding("picture", self.format),)

    @property
    def file_format(self) -> str:
        return self.format


class SnapshotByTimeOffsetItem(JobItem[SnapshotByTimeOffsetParameters], Numbered):
    """A series of pictures. `time_offsets`: '3.5s' (from the start) or '10%' (of the duration), in output order."""

    kind: ClassVar[str] = "snapshot_by_time_offset"
    task_name: ClassVar[str] = "Snapshots at time offsets"
    default_output_path: ClassVar[str] = "{inputName}_snapshotByTimeOffset_{definition}_{number}.{format}"

    time_offsets: list[str] = Field(min_length=1, max_length=100)
    watermarks: list[Watermark] = Field(default_factory=list, max_length=MAX_WATERMARKS)

    @property
    def least_variables(self) -> dict[str, str]:
        """The number of the last picture."""
        return {"number": self.number_format.render(len(self.time_offsets) - 1)}

    _images_only = field_validator("watermarks")(images_only)

    @field_validator("time_offsets")
    @classmethod
    def _offsets_are_valid(cls, offsets: list[str]) -> list[str]:
        for offset in offsets:
            offset_seconds(offset, duration_s=1)
        return offsets

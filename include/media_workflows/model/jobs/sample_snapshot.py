"""`sample_snapshot`: pictures at a regular interval."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from media_workflows.model.jobs.base import FrameSize, ImageFormat, JobItem
from media_workflows.model.jobs.watermark import MAX_WATERMARKS, Watermark, images_only


class SampleSnapshotParameters(FrameSize):
    """`sample_interval` is per cent of the duration (`percent`) or seconds (`time`)."""

    sample_type: Literal["percent", "time"]
    sample_interval: float = Field(gt=0)
    format: ImageFormat = "jpg"

    @model_validator(mode="after")
    def _percent_is_a_share(self) -> SampleSnapshotParameters:
        if self.sample_type == "percent" and not 1 <= self.sample_interval <= 100:
            raise ValueError("sample_interval wants 1 to 100 per cent when sample_type is 'percent'")
        return self

    @property
    def file_format(self) -> str:
        return self.format

    def interval_s(self, duration_s: float) -> float:
        """Seconds between two pictures of a source of `duration_s`."""
        if self.sample_type == "time":
            return self.sample_interval
        return duration_s * self.sample_interval / 100


class SampleSnapshotItem(JobItem[SampleSnapshotParameters]):
    """A series of pictures, the first at 0 s."""

    kind: ClassVar[str] = "sample_snapshot"
    default_output_path: ClassVar[str] = "{inputName}_sampleSnapshot_{definition}_{number}.{format}"

    watermarks: list[Watermark] = Field(default_factory=list, max_length=MAX_WATERMARKS)

    _images_only = field_validator("watermarks")(images_only)

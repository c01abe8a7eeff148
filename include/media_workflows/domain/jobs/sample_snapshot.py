"""`sample_snapshot`: pictures at a regular interval."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, field_validator

from media_workflows.domain.jobs.base import JobItem, Numbered
from media_workflows.domain.jobs.sampling import Sampling
from media_workflows.domain.jobs.watermark import MAX_WATERMARKS, Watermark, images_only


class SampleSnapshotParameters(Sampling):
    """Interval, size and format of the pictures."""


class SampleSnapshotItem(JobItem[SampleSnapshotParameters], Numbered):
    """A series of pictures, the first at 0 s."""

    kind: ClassVar[str] = "sample_snapshot"
    task_name: ClassVar[str] = "Snapshots at an interval"
    default_output_path: ClassVar[str] = "{inputName}_sampleSnapshot_{definition}_{number}.{format}"

    watermarks: list[Watermark] = Field(default_factory=list, max_length=MAX_WATERMARKS)

    _images_only = field_validator("watermarks")(images_only)

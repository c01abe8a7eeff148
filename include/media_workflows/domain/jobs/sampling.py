"""`Sampling`: pictures of the source at a regular interval, for sample snapshots and sprites."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field, model_validator

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.base import FrameSize, ImageFormat
from media_workflows.domain.jobs.encoding import Encoding


class Sampling(FrameSize):
    """The interval of the pictures: per cent of the duration (`percent`) or seconds (`time`)."""

    sample_type: Literal["percent", "time"]
    sample_interval: float = Field(gt=0)
    format: ImageFormat = "jpg"

    @model_validator(mode="after")
    def _percent_is_a_share(self) -> Sampling:
        if self.sample_type == "percent" and not 1 <= self.sample_interval <= 100:
            raise invalid("sample_interval must be 1 to 100 per cent when sample_type is 'percent'")
        return self

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """What ffmpeg has to encode."""
        return (Encoding("picture", self.format),)

    @property
    def file_format(self) -> str:
        return self.format

    def interval_s(self, duration_s: float) -> float:
        """Seconds between two pictures of a source of `duration_s`."""
        if self.sample_type == "time":
            return self.sample_interval
        return duration_s * self.sample_interval / 100


def sample_count(duration_s: float, interval_s: float) -> int:
    """The number of multiples of the interval before the end, 0 included; at least one."""
    if interval_s <= 0:
        return 1
    return max(1, math.ceil(round(duration_s / interval_s, 6)))

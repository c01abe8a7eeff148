"""`quality_control` (质检): measured problems of picture, sound and streams. It makes no media, but a JSON report.

Items are named after the reference's, in our spelling: `NoVoice` is `no_voice`. The sources of the default thresholds
are in docs/quality-control.md.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from media_workflows.domain.base import Model
from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.sub_tasks.quality_control import QUALITY

Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Decibels = Annotated[float, Field(ge=-120, le=20, allow_inf_nan=False)]
FramesPerSecond = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


class BlackScreen(Model):
    """Black pictures."""

    min_duration_s: Seconds = Field(2.0, description="Shorter ones are no problem; seconds")
    pixel_level: Share = Field(0.1, description="Luminance up to which a pixel is black, 0 to 1")
    picture_share: Share = Field(0.98, description="Share of black pixels that makes a picture black, 0 to 1")


class DuplicatedFrames(Model):
    """A picture that stands still."""

    min_duration_s: Seconds = Field(2.0, description="Shorter ones are no problem; seconds")
    difference: Share = Field(0.001, description="Mean difference of two pictures that count as equal, 0 to 1")


class NoVoice(Model):
    """Silence."""

    min_duration_s: Seconds = Field(2.0, description="Shorter ones are no problem; seconds")
    level_db: Decibels = Field(-60.0, description="Level up to which sound is silence; dBFS")


class LowVoice(Model):
    """Sound that is too quiet as a whole."""

    min_lufs: Decibels = Field(-31.0, description="Lowest integrated loudness by EBU R 128; LUFS")


class HighVoice(Model):
    """Sound that is overdriven."""

    max_dbtp: Decibels = Field(-1.0, description="Highest true peak; dBTP")


class LowResolution(Model):
    """A picture with too few pixels."""

    min_short_edge: int = Field(360, ge=1, le=16_384, description="Pixels of the short edge, as shown")


class FrameRate(Model):
    """An average frame rate out of range."""

    min_fps: FramesPerSecond = Field(23.9, description="Lowest average frame rate")
    max_fps: FramesPerSecond = Field(120.0, description="Highest average frame rate")

    @model_validator(mode="after")
    def _in_order(self) -> FrameRate:
        if self.min_fps > self.max_fps:
            raise invalid("min_fps must be at most max_fps")
        return self


class DurationMismatch(Model):
    """Picture and sound that do not begin or end together."""

    max_difference_s: Seconds = Field(0.5, description="Largest difference of their starts or ends; seconds")


class Fact(Model):
    """An item without a threshold."""


class QualityControlParameters(Model):
    """The items of a quality control. One that is left out is off."""

    black_screen: BlackScreen | None = None
    video_duplicated_frame: DuplicatedFrames | None = None
    no_voice: NoVoice | None = None
    low_voice: LowVoice | None = None
    high_voice: HighVoice | None = None
    video_stream_lack: Fact | None = None
    audio_stream_lack: Fact | None = None
    stream_parse_failed: Fact | None = None
    duration_mismatch: DurationMismatch | None = None
    low_resolution: LowResolution | None = None
    odd_resolution: Fact | None = None
    dar_or_sar_invalid: Fact | None = None
    video_rotation: Fact | None = None
    frame_rate: FrameRate | None = None

    @model_validator(mode="after")
    def _something_to_check(self) -> QualityControlParameters:
        if not self.items:
            raise invalid("must have at least one item of: {items}", items=", ".join(type(self).model_fields))
        return self

    @property
    def items(self) -> tuple[str, ...]:
        """The names of the items that are on."""
        return tuple(name for name, value in self if value is not None)


class QualityControlItem(JobItem[QualityControlParameters]):
    """A quality control. Its output file is the report."""

    kind: ClassVar[str] = "quality_control"
    encodes: ClassVar[bool] = True  # a decode of the whole source
    default_output_path: ClassVar[str] = "{inputName}_qualityControl_{definition}.{format}"
    report_format: ClassVar[str] = "json"

    @property
    def file_format(self) -> str:
        return self.report_format

    @property
    def sub_task_types(self) -> tuple[str, ...]:
        return (QUALITY,)

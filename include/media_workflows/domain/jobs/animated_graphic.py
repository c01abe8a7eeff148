"""`animated_graphic`: a segment of the video as an animated GIF or WebP."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.base import FrameSize, JobItem
from media_workflows.domain.jobs.encoding import Encoding


class AnimatedGraphicParameters(FrameSize):
    """Size and format of an animation. `quality` 1 to 100 applies to WebP only."""

    fps: int = Field(2, ge=1, le=30)
    format: Literal["gif", "webp"] = "gif"
    quality: int = Field(75, ge=1, le=100)

    @model_validator(mode="after")
    def _webp_requires_a_size(self) -> AnimatedGraphicParameters:
        if self.format == "webp" and not (self.width or self.height):
            raise invalid("format 'webp' requires a width, a height or both")  # the vendor's
        return self

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """What ffmpeg has to encode."""
        return (Encoding("animation", self.format),)

    @property
    def file_format(self) -> str:
        return self.format


class AnimatedGraphicItem(JobItem[AnimatedGraphicParameters]):
    """An animation of the source from `start_offset_s` to `end_offset_s` (seconds), at most to the source's end."""

    kind: ClassVar[str] = "animated_graphic"
    task_name: ClassVar[str] = "Animated picture"
    default_output_path: ClassVar[str] = "{inputName}_animatedGraphic_{definition}.{format}"

    start_offset_s: float = Field(0, ge=0)
    end_offset_s: float = Field(gt=0)

    @model_validator(mode="after")
    def _range_is_forward(self) -> AnimatedGraphicItem:
        if self.end_offset_s <= self.start_offset_s:
            raise invalid("end_offset_s must be greater than start_offset_s")
        return self

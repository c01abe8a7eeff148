"""`animated_graphic`: a piece of the video as an animated GIF or WebP."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from media_workflows.domain.jobs.base import FrameSize, JobItem


class AnimatedGraphicParameters(FrameSize):
    """`quality` 1 to 100 concerns WebP alone."""

    fps: int = Field(2, ge=1, le=30)
    format: Literal["gif", "webp"] = "gif"
    quality: int = Field(75, ge=1, le=100)

    @model_validator(mode="after")
    def _webp_wants_a_size(self) -> AnimatedGraphicParameters:
        if self.format == "webp" and not (self.width or self.height):
            raise ValueError("format 'webp' wants a width, a height or both")  # reference 3.3
        return self

    @property
    def file_format(self) -> str:
        return self.format


class AnimatedGraphicItem(JobItem[AnimatedGraphicParameters]):
    """The source from `start_offset_s` to `end_offset_s` (seconds), cut at the source's end."""

    kind: ClassVar[str] = "animated_graphic"
    default_output_path: ClassVar[str] = "{inputName}_animatedGraphic_{definition}.{format}"

    start_offset_s: float = Field(0, ge=0)
    end_offset_s: float = Field(gt=0)

    @model_validator(mode="after")
    def _range_is_forward(self) -> AnimatedGraphicItem:
        if self.end_offset_s <= self.start_offset_s:
            raise ValueError("end_offset_s wants more than start_offset_s")
        return self

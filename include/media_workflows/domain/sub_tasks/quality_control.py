"""The result of a quality control: its items, measured or not."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.features import Span

QUALITY = "quality"  # the type of its one sub-task
Unit = Literal["", "s", "LUFS", "dBTP", "px", "deg", "fps", "share", "count", "Hz", "kbps"]
NotMeasured = Literal[
    "no_video",
    "no_audio",
    "undecodable_video",
    "undecodable_audio",
    "too_short",
    "unknown_frame_rate",
    "no_timestamps",
    "other_codec",
    "other_container",
    "not_stereo",
    "format_changes",
    "no_code_reader",
]
MAX_SEGMENTS = 1000  # of an item; the first ones


class QualitySegment(Span):
    """A time span of the source that has the problem. `confidence`: 0 to 100, 100 for what is measured.

    `text` is what a code says or a decoder reports; `area` (left, top, right, bottom) is its place in the picture as
    displayed, in pixels.
    """

    confidence: int = 100
    text: str = Field("", exclude_if=lambda text: not text)
    area: tuple[int, int, int, int] | None = Field(None, exclude_if=lambda area: area is None)


class QualityItem(Model):
    """One item. `hit` None = it could not be measured, and `reason` says why: the source has no sound, for example.

    `value` is the worst one, in `unit`; `threshold` is what it was compared with. `share` is the share of the time
    (0 to 1) that the segments take. `picture` is the key of a published picture of the worst moment, `worst_s`.
    """

    type: str
    hit: bool | None
    value: float | None = None
    unit: Unit = ""
    threshold: float | None = None
    share: float | None = None
    segments: tuple[QualitySegment, ...] = ()
    reason: NotMeasured | None = None
    worst_s: float | None = Field(None, exclude_if=lambda worst_s: worst_s is None)
    picture: str = Field("", exclude_if=lambda picture: not picture)


class QualityControlOutput(Model):
    """The report of a quality control. Only the items that are on are in it, in the order of the parameters."""

    shape: Literal["quality_control"] = "quality_control"
    duration_s: float
    no_video: bool
    no_audio: bool
    items: tuple[QualityItem, ...]

    @property
    def hits(self) -> tuple[QualityItem, ...]:
        """The items that have a problem."""
        return tuple(item for item in self.items if item.hit)

    @property
    def summary(self) -> str:
        """The problems in one line, for logs and the command line."""
        return ", ".join(item.type for item in self.hits) or "no problem found"

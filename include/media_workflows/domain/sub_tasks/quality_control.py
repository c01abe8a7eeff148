"""The result of a quality control: its items, measured or not."""

from __future__ import annotations

from typing import Literal

from media_workflows.domain.base import Model
from media_workflows.domain.features import Span

QUALITY = "quality"  # the type of its one sub-task
Unit = Literal["", "s", "LUFS", "dBTP", "px", "deg", "fps"]
NotMeasured = Literal[
    "no_video", "no_audio", "undecodable_video", "undecodable_audio", "too_short", "unknown_frame_rate"
]


class QualitySegment(Span):
    """A time span of the source that has the problem. `confidence`: 0 to 100, 100 for what is measured."""

    confidence: int = 100


class QualityItem(Model):
    """One item. `hit` None = it could not be measured, and `reason` says why: the source has no sound, for example.

    `value` is the worst one, in `unit`; `threshold` is what it was compared with. `share` is the share of the time
    (0 to 1) that the segments take.
    """

    type: str
    hit: bool | None
    value: float | None = None
    unit: Unit = ""
    threshold: float | None = None
    share: float | None = None
    segments: tuple[QualitySegment, ...] = ()
    reason: NotMeasured | None = None


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

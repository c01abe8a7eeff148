"""The job kinds, one file each. A new kind is a new file and a line in `Jobs`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field, model_validator

from media_workflows.model.base import Model
from media_workflows.model.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.model.jobs.animated_graphic import AnimatedGraphicItem
from media_workflows.model.jobs.base import JobItem
from media_workflows.model.jobs.image_sprite import ImageSpriteItem
from media_workflows.model.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.model.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.model.jobs.transcode import TranscodeItem


class Jobs(Model):
    """The media jobs of a workflow: one list per kind, at least one item in all."""

    transcode: list[TranscodeItem] = Field(default_factory=list)
    snapshot_by_time_offset: list[SnapshotByTimeOffsetItem] = Field(default_factory=list)
    sample_snapshot: list[SampleSnapshotItem] = Field(default_factory=list)
    image_sprite: list[ImageSpriteItem] = Field(default_factory=list)
    animated_graphic: list[AnimatedGraphicItem] = Field(default_factory=list)
    adaptive_dynamic_streaming: list[AdaptiveDynamicStreamingItem] = Field(default_factory=list)

    @model_validator(mode="after")
    def _at_least_one(self) -> Jobs:
        if not any(items for _, items in self.by_kind()):
            raise ValueError(f"wants at least one job of: {', '.join(JOB_KINDS)}")
        return self

    def by_kind(self) -> Iterator[tuple[str, list[JobItem[Any]]]]:
        """(kind, items) in the order of declaration, configured kinds only."""
        for kind in JOB_KINDS:
            if items := getattr(self, kind):
                yield kind, items


JOB_KINDS: tuple[str, ...] = tuple(Jobs.model_fields)

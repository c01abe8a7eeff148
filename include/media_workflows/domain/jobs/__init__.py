"""The job kinds, one module each. A new kind is a new module and a field of `JobItems`: see docs/decisions/0009."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import Field, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.analysis import AnalysisItem
from media_workflows.domain.jobs.animated_graphic import AnimatedGraphicItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.captions import CaptionsItem
from media_workflows.domain.jobs.content_review import ContentReviewItem
from media_workflows.domain.jobs.image_sprite import ImageSpriteItem
from media_workflows.domain.jobs.intelligence import IntelligenceItem
from media_workflows.domain.jobs.quality_control import QualityControlItem
from media_workflows.domain.jobs.recognition import RecognitionItem
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem

MAX_ITEMS = 200  # of a kind in one job; a ladder is one item


class JobItems(Model):
    """What is to be made of one source: one list of items per kind.

    The lists of the last four kinds have at most one item: events have one result of each, and features are
    extracted once per source.
    """

    transcode: list[TranscodeItem] = Field(default_factory=list, max_length=MAX_ITEMS)
    snapshot_by_time_offset: list[SnapshotByTimeOffsetItem] = Field(default_factory=list, max_length=MAX_ITEMS)
    sample_snapshot: list[SampleSnapshotItem] = Field(default_factory=list, max_length=MAX_ITEMS)
    image_sprite: list[ImageSpriteItem] = Field(default_factory=list, max_length=MAX_ITEMS)
    animated_graphic: list[AnimatedGraphicItem] = Field(default_factory=list, max_length=MAX_ITEMS)
    adaptive_dynamic_streaming: list[AdaptiveDynamicStreamingItem] = Field(default_factory=list, max_length=MAX_ITEMS)
    captions: list[CaptionsItem] = Field(default_factory=list, max_length=MAX_ITEMS)
    quality_control: list[QualityControlItem] = Field(default_factory=list, max_length=1)
    content_review: list[ContentReviewItem] = Field(default_factory=list, max_length=1)
    recognition: list[RecognitionItem] = Field(default_factory=list, max_length=1)
    analysis: list[AnalysisItem] = Field(default_factory=list, max_length=1)

    def by_kind(self) -> Iterator[tuple[str, list[JobItem[Any]]]]:
        """(kind, items) in the order of declaration, configured kinds only."""
        for kind in JOB_KINDS:
            if items := getattr(self, kind):
                yield kind, items


class Jobs(JobItems):
    """The jobs of a workflow: at least one item in all."""

    @model_validator(mode="after")
    def _at_least_one(self) -> Jobs:
        if not any(items for _, items in self.by_kind()):
            raise invalid("must have at least one job of: {kinds}", kinds=", ".join(JOB_KINDS))
        return self

    @property
    def gate(self) -> ContentReviewItem | None:
        """The review that the other jobs wait for, if there is one."""
        return next((item for item in self.content_review if item.gate != "none"), None)


# The class of the items of each kind: what differs between kinds is asked of it.
JOB_ITEMS: dict[str, type[JobItem[Any]]] = {
    kind: get_args(field.annotation)[0] for kind, field in JobItems.model_fields.items()
}
JOB_KINDS: tuple[str, ...] = tuple(JOB_ITEMS)
# They read the run's features.
INTELLIGENCE_KINDS = tuple(kind for kind, item in JOB_ITEMS.items() if issubclass(item, IntelligenceItem))
MEDIA_KINDS = tuple(kind for kind in JOB_KINDS if kind not in INTELLIGENCE_KINDS)  # they read the source

"""One operator per job kind, for workflows' DAGs and hand-written ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from media_workflows.airflow_adapter.planned_tasks import operator_name
from media_workflows.domain.jobs import INTELLIGENCE_KINDS, JOB_KINDS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.step_items import parse_features
from media_workflows.orchestration.argument_checks import Check, check_for_jobs
from media_workflows.orchestration.job_operator import MediaJobOperator, stored_library
from media_workflows.orchestration.operator_arguments import items_by_kind, no_items, task_id


class TranscodeOperator(MediaJobOperator):
    """`transcode`: other encodings of video and sound."""

    kind = "transcode"


class SnapshotByTimeOffsetOperator(MediaJobOperator):
    """`snapshot_by_time_offset`: pictures of given moments."""

    kind = "snapshot_by_time_offset"


class SampleSnapshotOperator(MediaJobOperator):
    """`sample_snapshot`: pictures at regular intervals."""

    kind = "sample_snapshot"


class ImageSpriteOperator(MediaJobOperator):
    """`image_sprite`: sheets of small pictures for seeking."""

    kind = "image_sprite"


class AnimatedGraphicOperator(MediaJobOperator):
    """`animated_graphic`: GIF and WebP."""

    kind = "animated_graphic"


class AdaptiveDynamicStreamingOperator(MediaJobOperator):
    """`adaptive_dynamic_streaming`: HLS and DASH in several renditions."""

    kind = "adaptive_dynamic_streaming"


class CaptionsOperator(MediaJobOperator):
    """`captions`: the source's captions as WebVTT, SubRip or TTML."""

    kind = "captions"


class QualityControlOperator(MediaJobOperator):
    """`quality_control`: problems of picture, sound and streams, measured."""

    kind = "quality_control"


class IntelligenceOperator(MediaJobOperator):
    """A job that decides by the features which a FeaturesOperator before it has extracted.

    :param features_task_id: that operator's task id. It must be in the same DAG, run before and not be mapped.
    """

    required = (*MediaJobOperator.required, "features_task_id")

    def __init__(self, *, features_task_id: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.features_task_id = features_task_id
        self._check({"features_task_id": features_task_id})

    @classmethod
    def checks(cls) -> dict[str, Check]:
        return {**super().checks(), "features_task_id": lambda value: task_id("features_task_id", value)}

    def _features_step(self) -> str:
        return self.features_task_id or FEATURES


class ContentReviewOperator(IntelligenceOperator):
    """`content_review`: is it fit to be published?"""

    kind = "content_review"


class RecognitionOperator(IntelligenceOperator):
    """`recognition`: text, speech and faces."""

    kind = "recognition"


class AnalysisOperator(IntelligenceOperator):
    """`analysis`: cover, tags, quality."""

    kind = "analysis"


class FeaturesOperator(MediaJobOperator):
    """Extracts, in one decode, the features that the three jobs above read.

    :param for_jobs: the items of those jobs by kind (templated), as {'content_review': [{'template': 10}]}.
    """

    kind = FEATURES
    required = ("source", "output", "for_jobs")
    template_fields = ("source", "output_directory", "for_jobs", "quarantine", "aws_conn_id")
    template_fields_renderers: ClassVar[dict[str, str]] = {"for_jobs": "json"}

    def __init__(self, *, for_jobs: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.for_jobs = for_jobs
        self._check({"for_jobs": for_jobs})

    @classmethod
    def checks(cls) -> dict[str, Check]:
        return {**super().checks(), "items": no_items, "for_jobs": check_for_jobs}

    def _items(self, directory: str | None) -> Sequence[JobItem[Any]]:
        return [parse_features(items_by_kind(self.for_jobs), stored_library())]


def operator_of(kind: str) -> type[MediaJobOperator]:
    """The class above that has the kind's name; a kind without one gets a class that differs by the kind alone."""
    name = operator_name(kind)
    base = IntelligenceOperator if kind in INTELLIGENCE_KINDS else MediaJobOperator
    written: type[MediaJobOperator] | None = globals().get(name)
    return written or type(name, (base,), {"kind": kind, "__module__": __name__})


OPERATORS: dict[str, type[MediaJobOperator]] = {kind: operator_of(kind) for kind in (*JOB_KINDS, FEATURES)}

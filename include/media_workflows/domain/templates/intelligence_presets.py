"""The presets of review, recognition and analysis (the vendor's)."""

from __future__ import annotations

from collections.abc import Iterator

from media_workflows.domain.base import Model
from media_workflows.domain.jobs.analysis import AnalysisParameters
from media_workflows.domain.jobs.content_review import (
    ContentReviewParameters,
    PoliticalImageCheck,
    PoliticalReview,
    PornImageCheck,
    PornReview,
    ProhibitedReview,
    TerrorismImageCheck,
    TerrorismReview,
    WordCheck,
)
from media_workflows.domain.jobs.recognition import FaceRecognition, RecognitionParameters

_IMAGES = ContentReviewParameters(
    porn=PornReview(image=PornImageCheck()),
    terrorism=TerrorismReview(image=TerrorismImageCheck()),
    political=PoliticalReview(image=PoliticalImageCheck()),
)
_ALL = ContentReviewParameters(
    porn=PornReview(image=PornImageCheck(), asr=WordCheck(), ocr=WordCheck()),
    terrorism=TerrorismReview(image=TerrorismImageCheck(), ocr=WordCheck()),
    political=PoliticalReview(image=PoliticalImageCheck(), asr=WordCheck(), ocr=WordCheck()),
    prohibited=ProhibitedReview(asr=WordCheck(), ocr=WordCheck()),
)


def intelligence_presets() -> Iterator[tuple[str, int, str, Model]]:
    """(kind, id, name, parameters) of each preset."""
    yield "content_review", 10, "Pictures", _IMAGES
    yield "content_review", 20, "Pictures, speech and text", _ALL
    yield "recognition", 10, "Faces", RecognitionParameters(face=FaceRecognition())
    class_tag_cover = AnalysisParameters(classification=True, tag=True, cover=True)
    yield "analysis", 10, "Class, tags and cover", class_tag_cover
    with_frame_tags = AnalysisParameters(classification=True, tag=True, cover=True, frame_tag=True)
    yield "analysis", 20, "Class, tags, cover and frame tags", with_frame_tags

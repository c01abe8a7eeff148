"""What reviews, recognition and analysis found in the imagined run of event_examples.py."""

from __future__ import annotations

from collections.abc import Mapping

from media_workflows.domain.features import Span, Utterance
from media_workflows.domain.result import ItemResult
from media_workflows.domain.sub_tasks import SubTaskOutput, SubTaskResult
from media_workflows.domain.sub_tasks.analysis import CoverOutput, QualityOutput, Tag, TagOutput
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment
from media_workflows.domain.sub_tasks.recognition import (
    AsrFullTextOutput,
    FaceOutput,
    FaceResult,
    FoundSegment,
    WordsOutput,
)

Answers = Mapping[str, SubTaskOutput | tuple[str, str]]


def found(answers: Answers) -> ItemResult:
    """An item of one template with these sub-tasks: what each found, or (code, message) of its failure."""
    parts = [
        SubTaskResult(type=type_, status="FAIL", code=answer[0], message=answer[1])
        if isinstance(answer, tuple)
        else SubTaskResult(type=type_, status="SUCCESS", output=answer)
        for type_, answer in answers.items()
    ]
    failed = next((part for part in parts if part.status == "FAIL"), None)
    return ItemResult(
        item={},
        definition=20,
        status="FAIL" if failed else "SUCCESS",
        code=failed.code if failed else "",
        message=failed.message if failed else "",
        sub_tasks=tuple(parts),
    )


def findings(more_checks: Answers) -> dict[str, Answers]:
    """The answers of a review that did not pass, a recognition and an analysis, by kind."""
    place = ReviewSegment(
        start_s=2.0, end_s=5.0, moment_s=3.5, confidence=99.0, suggestion="block", label="sexy", box=(10, 20, 300, 400)
    )
    spoken = place.model_copy(update={"label": "", "keywords": ("赌博",), "suggestion": "review", "confidence": 80.0})
    review = {
        "porn.image": ReviewOutput(
            suggestion="block", confidence=99, label="sexy", sample_rate=2, duration_s=12, segments=(place,)
        ),
        "prohibited.asr": ReviewOutput(suggestion="review", confidence=80, duration_s=12, segments=(spoken,)),
        "terrorism.ocr": ReviewOutput(suggestion="pass", confidence=0, duration_s=12),
    }
    span = FoundSegment(start_s=1.0, end_s=2.0, confidence=97)
    tag = Tag(tag="speech", confidence=90, basis="evidence", reason="speech 80 % of the time")
    line = Utterance(start_s=1.0, end_s=2.0, confidence=97, text="你好")
    cover = CoverOutput(moment_s=3, confidence=88, reason="sharp", picture=("media-output", "out/a_analysis_20.jpg"))
    return {
        "content_review": review | dict(more_checks),
        "recognition": {
            "face": FaceOutput(results=(FaceResult(person_id=1, name="张三", segments=(span,)),)),
            "asr_full_text": AsrFullTextOutput(segments=(line,), subtitle=("media-output", "out/a_recognition_20.vtt")),
            "ocr_words": WordsOutput(),
        },
        "analysis": {
            "tag": TagOutput(tags=(tag,)),
            "cover": cover,
            "quality": QualityOutput(has_picture=True, has_sound=False, black=(Span(start_s=0, end_s=1),)),
        },
    }

"""`answers`: the result of every sub-task of an item from the features, or the reason of its failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from media_workflows.domain.features import VISUAL, FeatureName, Features
from media_workflows.domain.jobs.content_review import ContentReviewParameters
from media_workflows.domain.jobs.intelligence import IntelligenceItem, SubTask
from media_workflows.domain.persons import PersonSample
from media_workflows.domain.sub_tasks import SubTaskOutput, SubTaskResult
from media_workflows.domain.sub_tasks.analysis import HighlightOutput
from media_workflows.domain.words import Medium, WordSample
from media_workflows.errors import EngineUnavailableError, MediaWorkflowsError, NoVideoError
from media_workflows.intelligence.decisions.cover import choose_cover
from media_workflows.intelligence.decisions.description import describe
from media_workflows.intelligence.decisions.found_words import words_for
from media_workflows.intelligence.decisions.highlights import find_highlights
from media_workflows.intelligence.decisions.persons import persons_for
from media_workflows.intelligence.decisions.quality import quality_report
from media_workflows.intelligence.decisions.recognition import all_speech, all_text, recognised_faces, recognised_words
from media_workflows.intelligence.decisions.review import review_faces, review_words, words_of
from media_workflows.intelligence.decisions.review_images import review_images
from media_workflows.intelligence.decisions.tags import classify, tag_parts, tag_whole

NOT_AVAILABLE = EngineUnavailableError.code
NO_PICTURE = NoVideoError.code
NO_VIDEO_STREAM = "the source has no video stream"
NO_AUDIO_STREAM = "the source has no audio stream"
NO_HIGHLIGHT = "no part of the source stands out from the rest"
NO_DESCRIPTION = "too little is said for a description"
NO_WORDS = "no word of the library is for this check: add some, for example by `media-workflows words add`"
NO_PERSONS = "no person of the library is for this check: add some, for example by `media-workflows persons add`"


@dataclass(frozen=True)
class Question:
    """The input of sub-tasks: the features, the item's parameters and the libraries.

    `absent` are features of streams that the source does not have. Without speech no word is found; only what is
    `of_picture` has no result without video, with the code NO_PICTURE.
    """

    features: Features
    parameters: Any
    words: Sequence[WordSample] = ()
    persons: Sequence[PersonSample] = ()
    absent: frozenset[FeatureName] = frozenset()


def answers(item: IntelligenceItem[Any], question: Question) -> tuple[SubTaskResult, ...]:
    """The results of all sub-tasks, in their order."""
    return tuple(_answer(item.kind, sub_task, question) for sub_task in item.sub_tasks)


def _answer(kind: str, sub_task: SubTask, question: Question) -> SubTaskResult:
    if sub_task.of_picture and not VISUAL.isdisjoint(question.absent):
        return SubTaskResult(type=sub_task.type, status="FAIL", code=NO_PICTURE, message=NO_VIDEO_STREAM)
    missing = question.features.missing.keys() & sub_task.needs - question.absent
    if missing:
        reasons = "; ".join(dict.fromkeys(question.features.missing[name] for name in sorted(missing)))
        return SubTaskResult(type=sub_task.type, status="FAIL", code=NOT_AVAILABLE, message=reasons)
    try:
        output = _ANSWERS[kind](sub_task.type, question)
    except MediaWorkflowsError as error:
        return SubTaskResult(type=sub_task.type, status="FAIL", code=error.code, message=str(error))
    remark = _absence(sub_task, question) or _remark(kind, sub_task.type, question, output)
    return SubTaskResult(type=sub_task.type, status="SUCCESS", message=remark, output=output)


def _absence(sub_task: SubTask, question: Question) -> str:
    """Which stream the source does not have, though the sub-task examines it: then nothing was found in it."""
    absent = sub_task.needs & question.absent
    if not absent:
        return ""
    return NO_AUDIO_STREAM if absent.isdisjoint(VISUAL) else NO_VIDEO_STREAM


def _remark(kind: str, type_: str, question: Question, output: SubTaskOutput | None) -> str:
    """Why there is no result; or that the library has nothing to search for, so that nothing is ever found."""
    if output is None:
        return NO_DESCRIPTION
    if isinstance(output, HighlightOutput) and not output.segments:
        return NO_HIGHLIGHT
    if kind == "recognition":
        return _recognition_remark(type_, question)
    if kind != "content_review" or type_.endswith(".image"):
        return ""
    category, medium = type_.split(".")
    check = getattr(getattr(question.parameters, category), medium)
    if medium == "face":
        return "" if persons_for(question.persons, "review", check.labels) else NO_PERSONS
    return "" if words_of(category, "ocr" if medium == "ocr" else "asr", check, question.words) else NO_WORDS


def _recognition_remark(type_: str, question: Question) -> str:
    if type_ == "face":
        labels = question.parameters.face.user_defined_library_labels
        is_without = bool(labels) and not persons_for(question.persons, "recognition", labels)
        return NO_PERSONS if is_without else ""  # without labels, it is for unknown persons too
    if type_ not in ("asr_words", "ocr_words"):
        return ""
    medium: Medium = "asr" if type_ == "asr_words" else "ocr"
    labels = getattr(question.parameters, type_).labels
    return "" if words_for(question.words, "recognition", medium, labels) else NO_WORDS


def _reviewed(type_: str, question: Question) -> SubTaskOutput:
    parameters: ContentReviewParameters = question.parameters
    category, medium = type_.split(".")
    check = getattr(getattr(parameters, category), medium)
    if medium == "image":
        return review_images(question.features, check)
    if medium == "face":
        return review_faces(question.features, check, question.persons)
    return review_words(question.features, category, "ocr" if medium == "ocr" else "asr", check, question.words)


def _recognised(type_: str, question: Question) -> SubTaskOutput:
    features, parameters = question.features, question.parameters
    if type_ == "face":
        return recognised_faces(features, parameters.face, question.persons)
    if type_ == "ocr_words":
        return recognised_words(features, "ocr", parameters.ocr_words, question.words)
    if type_ == "asr_words":
        return recognised_words(features, "asr", parameters.asr_words, question.words)
    return all_text(features) if type_ == "ocr_full_text" else all_speech(features)


def _analysed(type_: str, question: Question) -> SubTaskOutput | None:
    if type_ == "highlight":
        return find_highlights(question.features, question.parameters.highlight)
    return _ANALYSES[type_](question.features)


_ANALYSES: dict[str, Callable[[Features], SubTaskOutput | None]] = {
    "classification": classify,
    "tag": tag_whole,
    "frame_tag": tag_parts,
    "cover": choose_cover,
    "description": describe,
    "quality": quality_report,
}
_ANSWERS: dict[str, Callable[[str, Question], SubTaskOutput | None]] = {
    "content_review": _reviewed,
    "recognition": _recognised,
    "analysis": _analysed,
}

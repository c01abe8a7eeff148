"""Notices of a review, recognition or analysis: parameters without effect, and results that lack text. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from media_workflows.domain.base import Model
from media_workflows.domain.features import FeatureName
from media_workflows.domain.jobs.content_review import ContentReviewParameters
from media_workflows.domain.jobs.intelligence import IntelligenceItem
from media_workflows.domain.notice import Notice
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.analysis import TagOutput
from media_workflows.intelligence.decisions.answers import Question

# The feature that a parameter is for: in a run without it the parameter has no effect.
_FEATURES: dict[str, FeatureName] = {"language": "transcript", "hot_words": "transcript", "labels": "labels"}
# When a field of an item has an effect, by the kind, with the parameter that it is for.
_FIELDS: dict[str, dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "content_review": {"quarantine_directory": ("gate", lambda item: item.gate != "none")},
    "recognition": {"output_path": ("asr_full_text.subtitle_format", lambda item: item.may_have_files)},
    "analysis": {
        "output_path": ("cover", lambda item: "cover" in item.sub_task_types),
        "highlight_path": ("highlight", lambda item: item.cuts_clips),
    },
}
_REASONS = {
    "not_requested": "no job of the workflow requests a result that it is for",
    "not_available": "its engine is not available",
    "without_parameter": "it is for what another parameter requests",
    "unknown_label": "the image model does not have all of it",
}
_LACKING = {"description": "a description", "tag": "topics"}


def notices(item: IntelligenceItem[Any], question: Question, found: Sequence[SubTaskResult]) -> tuple[Notice, ...]:
    """What was requested and has no effect or no result, though nothing failed."""
    return (
        *_unused_parameters(question),
        *_unused_fields(item),
        *_unknown_labels(question),
        *(_too_little_text(one.type) for one in found if _lacks_text(one, question)),
    )


def _unused_parameters(question: Question) -> Iterator[Notice]:
    features = question.features
    for name, feature in _FEATURES.items():
        if feature in features.engines or feature in question.absent or not _is_set(question.parameters, name):
            continue
        cause = features.missing.get(feature, "")
        yield _unused(name, "not_available" if cause else "not_requested", cause)


def _unused_fields(item: IntelligenceItem[Any]) -> Iterator[Notice]:
    for name, (parameter, has_effect) in _FIELDS[item.kind].items():
        if _is_set(item, name) and not has_effect(item):
            yield _unused(name, "without_parameter", parameter)


def _unknown_labels(question: Question) -> Iterator[Notice]:
    """Labels of image checks that the model does not have. Without any of them the check has failed already."""
    known = set(question.features.moderation_labels)
    if not known or not isinstance(question.parameters, ContentReviewParameters):
        return
    for category, medium, check in question.parameters.checks():
        unknown = [label for label in check.labels if label not in known]
        if medium == "image" and len(unknown) < len(check.labels) and unknown and _is_set(check, "labels"):
            yield _unused(f"{category}.image.labels", "unknown_label", ", ".join(unknown))


def _is_set(model: Model, name: str) -> bool:
    """Whether it has a field of this name with another value than its default."""
    fields: Mapping[str, Any] = type(model).model_fields
    return name in fields and getattr(model, name) != fields[name].default


def _unused(parameter: str, reason: str, cause: str) -> Notice:
    details = f" ({cause})" if cause else ""
    return Notice(
        code="ParameterUnused",
        message=f"{parameter} has no effect: {_REASONS[reason]}{details}",
        parameters={"parameter": parameter, "reason": reason, "cause": cause},
    )


def _lacks_text(found: SubTaskResult, question: Question) -> bool:
    """Topics are missed only in a transcript: a picture may well have no text."""
    if found.status != "SUCCESS":
        return False
    if isinstance(found.output, TagOutput):
        has_topics = any(tag.basis == "text" for tag in found.output.tags)
        return "transcript" in question.features.engines and not has_topics
    return found.type == "description" and found.output is None


def _too_little_text(type_: str) -> Notice:
    message = f"too little is said for {_LACKING[type_]}"
    return Notice(code="TooLittleText", message=message, parameters={"reason": f"text_{type_}"})

"""Parameters that have no effect are named, by one rule."""

from __future__ import annotations

from typing import Any

import pytest

from hand_features import features
from media_workflows.domain.features import AUDIO
from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.domain.jobs.intelligence import IntelligenceItem
from media_workflows.intelligence.decisions.answers import Question
from media_workflows.intelligence.decisions.notices import notices


def unused(kind: str, item: dict[str, Any], seen: Any = None, **how: Any) -> list[tuple[str, str, str]]:
    made = JOB_ITEMS[kind].model_validate(item)
    assert isinstance(made, IntelligenceItem)
    found = notices(made, Question(seen or features(), made.parameters, **how), ())
    assert {one.code for one in found} <= {"ParameterUnused"}
    return [(str(p["parameter"]), str(p["reason"]), str(p["cause"])) for p in (one.parameters for one in found)]


@pytest.mark.parametrize("kind", ["recognition", "content_review"])
def test_hot_words_and_language_without_speech_recognition(kind: str) -> None:
    checks: dict[str, Any] = {"ocr_full_text": True} if kind == "recognition" else {"prohibited": {"ocr": {}}}
    item = {"parameters": {**checks, "hot_words": ["Ada"], "language": "zh"}}
    assert unused(kind, item) == [("language", "not_requested", ""), ("hot_words", "not_requested", "")]
    assert unused(kind, {"parameters": checks}) == []


def test_another_job_of_the_workflow_may_transcribe() -> None:
    item = {"parameters": {"ocr_full_text": True, "hot_words": ["Ada"]}}
    assert unused("recognition", item, features(engines={"transcript": "whisper"})) == []
    missing = features(missing={"transcript": "speech recognition is not available"})
    assert unused("recognition", item, missing) == [
        ("hot_words", "not_available", "speech recognition is not available")
    ]


def test_a_source_without_sound_is_no_reason() -> None:
    item = {"parameters": {"ocr_full_text": True, "hot_words": ["Ada"]}}
    assert unused("recognition", item, features(missing={"transcript": "no audio"}), absent=AUDIO) == []


def test_labels_of_a_zero_shot_model() -> None:
    item = {"parameters": {"cover": True, "labels": ["a cat"]}}
    assert unused("analysis", item) == [("labels", "not_requested", "")]
    no_model = features(missing={"labels": "CLIP is not available: no model is set"})
    assert unused("analysis", {"parameters": {"tag": True, "labels": ["a cat"]}}, no_model) == [
        ("labels", "not_available", "CLIP is not available: no model is set")
    ]


def test_names_of_files_that_are_not_made() -> None:
    analysis = {"parameters": {"quality": True}, "output_path": "a.{format}", "highlight_path": "b{number}.{format}"}
    assert unused("analysis", analysis) == [
        ("output_path", "without_parameter", "cover"),
        ("highlight_path", "without_parameter", "highlight"),
    ]
    recognition = {"parameters": {"asr_full_text": {"subtitle_format": None}}, "output_path": "a.{format}"}
    assert unused("recognition", recognition) == [("output_path", "without_parameter", "asr_full_text.subtitle_format")]
    review = {"parameters": {"porn": {"ocr": {}}}, "quarantine_directory": "q/"}
    assert unused("content_review", review) == [("quarantine_directory", "without_parameter", "gate")]
    assert unused("content_review", {**review, "gate": "publish_on_pass"}) == []


def test_labels_that_the_image_model_does_not_have() -> None:
    seen = features(moderation_labels=("porn", "neutral"), engines={"moderation": "a model"})
    review = {"parameters": {"porn": {"image": {"labels": ["porn", "nude"]}}}}
    assert unused("content_review", review, seen) == [("porn.image.labels", "unknown_label", "nude")]
    assert (
        unused("content_review", {"parameters": {"porn": {"image": {}}}}, seen) == []
    )  # the defaults are many models'

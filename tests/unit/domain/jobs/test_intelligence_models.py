"""Items, templates and presets of review, recognition and analysis."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition
from media_workflows.domain.feature_options import FeatureOptions
from media_workflows.domain.jobs.analysis import AnalysisItem
from media_workflows.domain.jobs.content_review import ContentReviewParameters
from media_workflows.domain.jobs.features import features_item
from media_workflows.domain.jobs.highlights import HighlightParameters, clip_item
from media_workflows.domain.jobs.intelligence import MAX_HOT_WORDS, IntelligenceItem
from media_workflows.domain.result import ItemResult, JobResult, now
from media_workflows.domain.steps import all_items
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.analysis import Highlight
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment
from media_workflows.domain.sub_tasks.recognition import OcrFullTextOutput
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import parse_workflow, resolved
from media_workflows.errors import DefinitionError


def problems(jobs: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as refused:
        parse_workflow(definition(jobs=jobs))
    return [(problem.field, problem.expected) for problem in refused.value.problems]


def sub_tasks(kind: str, template: int) -> dict[str, set[str]]:
    (item,) = all_items(resolved(parse_workflow(definition(jobs={kind: [{"template": template}]})), PRESET_LIBRARY))
    assert isinstance(item, IntelligenceItem)
    return {task.type: set(task.needs) for task in item.sub_tasks}


def test_presets_and_the_features_they_need() -> None:
    images = {"porn.image": {"moderation"}, "terrorism.image": {"moderation"}, "political.image": {"moderation"}}
    assert sub_tasks("content_review", 10) == images
    everything = sub_tasks("content_review", 20)
    assert everything.items() > images.items()
    assert {name for name, needs in everything.items() if needs == {"transcript"}} == {
        *("porn.asr", "political.asr", "prohibited.asr"),
    }
    assert {name for name, needs in everything.items() if needs == {"text"}} == {
        *("porn.ocr", "terrorism.ocr", "political.ocr", "prohibited.ocr"),
    }
    assert sub_tasks("recognition", 10) == {"face": {"faces"}}
    assert list(sub_tasks("analysis", 10)) == ["classification", "tag", "cover"]
    assert list(sub_tasks("analysis", 20)) == ["classification", "tag", "cover", "frame_tag"]


def analysis(**item: Any) -> AnalysisItem:
    (found,) = all_items(resolved(parse_workflow(definition(jobs={"analysis": [item]})), PRESET_LIBRARY))
    assert isinstance(found, AnalysisItem)
    return found


def test_highlights_as_a_switch_are_those_of_earlier_versions() -> None:
    on, off = (analysis(parameters={"cover": True, "highlight": value}).resolved_parameters for value in (True, False))
    assert (on.highlight, off.highlight) == (HighlightParameters(count=3, clip_s=10), None)
    assert (bool(on.encodings), off.encodings) == (True, ())


def test_clips_have_names_of_their_own() -> None:
    pattern = "{inputName}_analysis_{definition}_highlight_{number}.{format}"
    assert analysis(parameters={"highlight": {}}).companion_patterns == {"highlight_path": (pattern, "mp4")}
    assert analysis(parameters={"cover": True}).companion_patterns == {}
    assert (
        analysis(parameters={"highlight": {}}).may_have_files,
        analysis(parameters={"tag": True}).may_have_files,
    ) == (
        True,
        False,
    )
    ((field, expected),) = problems({"analysis": [{"template": 10, "highlight_path": "clip.{format}"}]})
    assert (field, "{number}" in expected) == ("jobs.analysis[0].highlight_path", True)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"count": 0}, "1"),
        ({"count": 11}, "10"),
        ({"clip_s": 1}, "2"),
        ({"clip_s": 61}, "60"),
        ({"seconds": 5}, "unknown"),
    ],
)
def test_highlights_have_limits(asked: dict[str, Any], expected: str) -> None:
    ((field, found),) = problems({"analysis": [{"parameters": {"highlight": asked}}]})
    assert field == f"jobs.analysis[0].parameters.highlight.{next(iter(asked))}"
    assert expected in found


def test_clips_of_large_video_are_smaller_and_of_sound_have_no_picture() -> None:
    one = Highlight(start_s=4, end_s=14, confidence=90, reason="")
    large, small, sound = (clip_item(one, px, True, "a.{format}").resolved_parameters for px in (2160, 480, 0))
    assert large.video is not None
    assert small.video is not None
    assert (large.video.height, small.video.height, sound.video) == (1080, 0, None)
    assert (large.container, sound.container) == ("mp4", "m4a")
    assert clip_item(one, 480, False, "a.{format}").resolved_parameters.audio is None


def test_thresholds_are_the_references() -> None:
    checks = ContentReviewParameters.model_validate(
        {
            "porn": {"image": {}, "asr": {}, "ocr": {}},
            "terrorism": {"image": {}, "ocr": {}},
            "political": {"image": {}, "asr": {}, "ocr": {}},
            "prohibited": {"asr": {}, "ocr": {}},
            "user_defined": {"face": {}, "asr": {}, "ocr": {}},
        }
    ).checks()
    thresholds = {(c, m): (check.block_confidence, check.review_confidence) for c, m, check in checks}
    special = {
        ("porn", "image"): (90, 0),
        ("terrorism", "image"): (90, 80),
        ("political", "image"): (97, 95),
        ("user_defined", "face"): (97, 95),
    }
    assert {place: both for place, both in thresholds.items() if place in special} == special
    assert {both for place, both in thresholds.items() if place not in special} == {(100, 75)}


def test_a_source_is_looked_at_once() -> None:
    twice = problems({"analysis": [{"template": 10}, {"template": 20}]})
    assert [field for field, _ in twice] == ["jobs.analysis"]


def test_a_source_is_listened_to_in_one_language() -> None:
    chinese = {"parameters": {"language": "zh", "asr_full_text": {}}}
    english = {"parameters": {"language": "en", "prohibited": {"asr": {}}}}
    ((field, expected),) = problems({"recognition": [chinese], "content_review": [english]})
    assert field == "jobs.content_review[0]"
    assert "content_review: en, recognition: zh" in expected
    parse_workflow(definition(jobs={"recognition": [chinese], "content_review": [{"template": 20}]}))


def test_the_hot_words_of_all_jobs_are_expected_together() -> None:
    recognition = {"parameters": {"asr_full_text": {}, "hot_words": ["蛇油", "Ada"]}}
    review = {"parameters": {"prohibited": {"asr": {}}, "hot_words": ["Ada", "Bea"]}}
    jobs = {"recognition": [recognition], "content_review": [review]}

    def options(jobs: dict[str, Any]) -> FeatureOptions:
        item = features_item(all_items(resolved(parse_workflow(definition(jobs=jobs)), PRESET_LIBRARY)))
        assert item is not None
        return item.resolved_parameters.options

    assert sorted(options(jobs).hot_words) == ["Ada", "Bea", "蛇油"]
    silent = {"parameters": {"ocr_full_text": True, "hot_words": ["Ada"]}}
    assert options({"recognition": [silent]}) == FeatureOptions()  # no speech is recognised, so nothing differs
    assert "hot_words" not in FeatureOptions().model_dump()  # features of before are reused
    many = {"parameters": {"asr_full_text": {}, "hot_words": ["w"] * (MAX_HOT_WORDS + 1)}}
    assert [field for field, _ in problems({"recognition": [many]})] == ["jobs.recognition[0].parameters.hot_words"]


@pytest.mark.parametrize(
    ("kind", "parameters", "expected"),
    [
        ("content_review", {}, "at least one check"),
        ("recognition", {}, "at least one of face"),
        ("analysis", {"labels": ["cat"]}, "at least one of classification"),
        ("content_review", {"prohibited": {"ocr": {"block_confidence": 50}}}, "at most block_confidence"),
        ("content_review", {"terrorism": {"asr": {}}}, "unknown field"),
        ("content_review", {"terrorism": {"image": {"labels": []}}}, "at least 1 entries"),
        ("recognition", {"face": {"face_library": "default"}}, "no default library"),
        ("recognition", {"translate": {}}, "unknown field"),
    ],
)
def test_refusals(kind: str, parameters: dict[str, Any], expected: str) -> None:
    assert any(expected in found for _, found in problems({kind: [{"parameters": parameters}]}))


def test_the_quarantine_is_a_directory() -> None:
    item = {"template": 10, "gate": "publish_on_pass", "quarantine_directory": "/"}
    ((field, expected),) = problems({"content_review": [item]})
    assert (field, "not the whole bucket" in expected) == ("jobs.content_review[0]", True)
    jobs = parse_workflow(definition(jobs={"content_review": [item | {"quarantine_directory": "/held/"}]})).jobs
    assert jobs.gate is not None
    assert jobs.gate.quarantine_directory == "held/"


def test_lists_of_runs_leave_findings_out() -> None:
    place = ReviewSegment(start_s=1, end_s=2, moment_s=1, confidence=99, suggestion="block")
    review = ReviewOutput(suggestion="block", confidence=99, duration_s=9, segments=(place,))
    found = (
        SubTaskResult(type="porn.ocr", status="SUCCESS", output=review),
        SubTaskResult(type="ocr_full_text", status="SUCCESS", output=OcrFullTextOutput()),
    )
    item = ItemResult(item={}, definition=0, status="SUCCESS", sub_tasks=found)
    job = JobResult(kind="content_review", begun_at=now(), finished_at=now(), source=None, items=(item,))
    first, second = job.without_findings().items[0].sub_tasks
    assert first.output == review.model_copy(update={"segments": ()})
    assert (second.status, second.output) == ("SUCCESS", None)

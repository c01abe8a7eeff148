"""The vendor's SDK parses the events of all kinds of runs: no unknown field, no value of another type."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tencentcloud.mps.v20190612 import models

from event_examples import BEGUN, FINISHED, ITEMS, SOURCE, WORKFLOW_ID, examples, job, reviewed, successes
from event_findings_examples import found
from media_workflows.domain.jobs import JOB_KINDS
from media_workflows.domain.sub_tasks.analysis import (
    ClassificationOutput,
    DescriptionOutput,
    FrameTagOutput,
    Highlight,
    HighlightOutput,
    Keyword,
    Paragraph,
    Quote,
    Tag,
    TaggedSpan,
)
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment
from media_workflows.domain.sub_tasks.recognition import FoundSegment, OcrFullTextOutput, WordResult, WordsOutput
from media_workflows.vendor_mps.event import workflow_task_event
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.event_storage import in_cos_form
from media_workflows.vendor_mps.run_shapes import TaskProgress, task_detail
from vendor_walker_events import OURS, problems_of_answer, problems_of_event

_RUN = EventRun(WORKFLOW_ID, "w", "r1", revision=1, source=SOURCE)
_SEGMENT = ReviewSegment(
    start_s=1, end_s=2.5, moment_s=1, confidence=90.5, suggestion="block", label="x", name="Ann", keywords=("词",)
)
_TAG = Tag(tag="speech", confidence=90.5, basis="evidence", reason="")
_QUOTE = Quote(start_s=1, end_s=2.5, text="A sentence.", confidence=90.5)
_DESCRIPTION = DescriptionOutput(
    confidence=90.5,
    title=_QUOTE,
    keywords=(Keyword(keyword="sentence", count=3, first_s=1),),
    sentences=(_QUOTE,),
    paragraphs=(Paragraph(start_s=1, end_s=9, title="A sentence", keywords=("sentence",), sentences=(_QUOTE,)),),
)
_PLACES = (FoundSegment(start_s=1, end_s=2, confidence=97),)


def _checks() -> dict[str, dict[str, Any]]:
    """What the examples lack: each check of a review, and the other results of recognition and analysis."""
    reviews = ["porn.image", "porn.asr", "porn.ocr", "terrorism.image", "terrorism.ocr", "political.image"]
    reviews += ["political.asr", "political.ocr", "prohibited.asr", "prohibited.ocr"]
    reviews += ["user_defined.face", "user_defined.asr", "user_defined.ocr"]
    verdict = ReviewOutput(suggestion="block", confidence=90.5, label="x", duration_s=12, segments=(_SEGMENT,))
    words = WordsOutput(results=(WordResult(keyword="a", segments=_PLACES),))
    highlight = Highlight(start_s=1, end_s=2, confidence=70, reason="", clip=("out", "a.mp4"), picture=("out", "a.jpg"))
    return {
        "content_review": dict.fromkeys(reviews, verdict),
        "recognition": {"asr_words": words, "ocr_words": words, "ocr_full_text": OcrFullTextOutput()},
        "analysis": {
            "classification": ClassificationOutput(classes=(_TAG,)),
            "frame_tag": FrameTagOutput(segments=(TaggedSpan(start_s=1, end_s=2, tags=(_TAG,)),)),
            "highlight": HighlightOutput(segments=(highlight,)),
            "description": _DESCRIPTION,
        },
    }


def _bodies() -> dict[str, dict[str, Any]]:
    run = replace(_RUN, region="eu-west-3")
    checks = [job(kind, [found(answers)]) for kind, answers in _checks().items()]
    waiting = [UnfinishedJob(kind, ITEMS[kind], 41.5, BEGUN) for kind in JOB_KINDS if kind in ITEMS]
    bodies = {name: json.loads(data) for name, data in examples().items()}
    bodies = {name: body.get("data", body) for name, body in bodies.items()}
    runs = {name: body for name, body in bodies.items() if "WorkflowTaskEvent" in body or "ScheduleTaskEvent" in body}
    return runs | {
        "checks": workflow_task_event(replace(run, results=checks, finished_at=FINISHED)),
        "unfinished": workflow_task_event(replace(run, unfinished=waiting)),
        "schedule in the form of cos": in_cos_form(runs["schedule"]),
    }


_BODIES = _bodies()


@pytest.mark.parametrize("name", _BODIES)
def test_the_sdk_parses_every_event(name: str) -> None:
    assert problems_of_event(_BODIES[name]) == []
    parsed = models.ParseNotificationResponse()
    parsed._deserialize({key: value for key, value in _BODIES[name].items() if key != OURS})
    assert parsed.EventType in ("WorkflowTask", "ScheduleTask")


def test_every_kind_and_both_modes_are_among_them() -> None:
    tasks = [body["WorkflowTaskEvent"] for body in _BODIES.values() if "WorkflowTaskEvent" in body]
    assert {task["Status"] for task in tasks} == {"PROCESSING", "FINISH"}
    media = {one["Type"] for task in tasks for one in task["MediaProcessResultSet"]}
    assert len(media) == 6
    for set_ in ("AiContentReviewResultSet", "AiRecognitionResultSet", "AiAnalysisResultSet"):
        assert any(task[set_] for task in tasks)


def test_the_sdk_parses_the_task_details() -> None:
    run = replace(_RUN, results=[*successes(), *reviewed()[1:]], finished_at=FINISHED)
    detail = task_detail(run, "workflow_task", TaskProgress("FINISH", BEGUN, BEGUN, FINISHED))
    assert problems_of_answer("DescribeTaskDetailResponse", detail) == []


def test_the_form_of_the_vendor_has_no_field_of_ours() -> None:
    assert OURS in _BODIES["finished"]
    assert OURS not in _BODIES["cos"]
    fields = vars(models.ParseNotificationResponse)
    assert [name for name in _BODIES["cos"] if name not in fields] == []


def test_the_walker_finds_what_is_wrong() -> None:
    body = json.loads(json.dumps(_BODIES["finished"]))
    task = body["WorkflowTaskEvent"]
    task["MetaData"] |= {"Size": 1.5, "Container": None, "Duration": True}
    task["InputInfo"]["More"] = 1
    task["AiAnalysisResultSet"] = {}
    assert problems_of_event(body) == [
        "WorkflowTaskEvent.InputInfo.More",
        "WorkflowTaskEvent.MetaData.Size: 1.5",
        "WorkflowTaskEvent.MetaData.Duration: True",
        "WorkflowTaskEvent.AiAnalysisResultSet: {}",
    ]


def test_whole_numbers_are_integers_throughout() -> None:
    """Of a fraction as in 12.0, JSON has '.0', which a client with static types refuses in a field of integers."""
    assert [name for name, body in _BODIES.items() if ".0," in json.dumps(body) or ".0}" in json.dumps(body)] == []


def test_names_of_files_are_resolved() -> None:
    results = _BODIES["finished"]["WorkflowTaskEvent"]["MediaProcessResultSet"]
    inputs = [value["Input"] for one in results for key, value in one.items() if key.endswith("Task") and value]
    names = ("OutputObjectPath", "SegmentObjectName", "SubStreamObjectName", "WebVttObjectName")
    shown = [tuple(one[name] for name in names if name in one) for one in inputs]
    assert shown == [
        ("out/a_transcode_100010.mp4", ""),
        ("out/a_transcode_100230.m3u8", "a_transcode_100230_{number}.ts"),
        ("out/a_animatedGraphic_20000.gif",),
        ("out/a_snapshotByTimeOffset_10_0.jpg",),
        ("out/a_sampleSnapshot_0_0.png",),
        ("out/a_imageSprite_10_0.jpg", "a_imageSprite_10.vtt"),
        (
            "out/a_adaptiveDynamicStreaming_10.m3u8",
            "a_adaptiveDynamicStreaming_10_{subStreamNumber}_{segmentNumber}.ts",
            "a_adaptiveDynamicStreaming_10_{subStreamNumber}.m3u8",
        ),
    ]


def test_the_form_of_cos() -> None:
    task = _BODIES["cos"]["WorkflowTaskEvent"]
    place = {"Bucket": "media-input", "Region": "eu-west-3", "Object": "/in/a.mp4"}
    assert task["InputInfo"] == {"Type": "COS", "CosInputInfo": place}
    made = task["MediaProcessResultSet"][0]["TranscodeTask"]
    storage = {"Type": "COS", "CosOutputStorage": {"Bucket": "media-output", "Region": "eu-west-3"}}
    assert (made["Output"]["OutputStorage"], made["Input"]["OutputStorage"]) == (storage, storage)
    path = "/out/a_transcode_100010.mp4"
    assert (made["Output"]["Path"], made["Input"]["OutputObjectPath"]) == (path, path)
    sprite = next(one["ImageSpriteTask"]["Output"] for one in task["MediaProcessResultSet"] if one["ImageSpriteTask"])
    assert (sprite["ImagePathSet"], sprite["WebVttPath"]) == (
        ["/out/a_imageSprite_10_0.jpg"],
        "/out/a_imageSprite_10.vtt",
    )
    assert "AWS-S3" not in json.dumps(task)
    unfinished = in_cos_form(_BODIES["unfinished"])["WorkflowTaskEvent"]["MediaProcessResultSet"]
    assert unfinished[0]["TranscodeTask"]["Input"]["OutputObjectPath"] == ""  # the default pattern

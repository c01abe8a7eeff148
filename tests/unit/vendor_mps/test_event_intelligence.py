"""Review, recognition and analysis in the vendor's shapes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hand_features import BOX, said, text
from media_workflows.domain.features import Span
from media_workflows.domain.jobs.analysis import AnalysisItem, AnalysisParameters
from media_workflows.domain.jobs.content_review import ContentReviewItem, ContentReviewParameters
from media_workflows.domain.jobs.quality_control import QualityControlItem, QualityControlParameters
from media_workflows.domain.result import ItemResult, JobResult, item_failure
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.analysis import (
    ClassificationOutput,
    CoverOutput,
    DescriptionOutput,
    FrameTagOutput,
    Highlight,
    HighlightOutput,
    Keyword,
    Paragraph,
    QualityOutput,
    Quote,
    Tag,
    TaggedSpan,
    TagOutput,
)
from media_workflows.domain.sub_tasks.content_review import Picture, ReviewOutput, ReviewSegment
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput, QualityItem, QualitySegment
from media_workflows.domain.sub_tasks.recognition import (
    AsrFullTextOutput,
    FaceOutput,
    FaceResult,
    FoundSegment,
    OcrFullTextOutput,
    WordResult,
    WordsOutput,
)
from media_workflows.vendor_mps import event_quality
from media_workflows.vendor_mps.event import workflow_task_event
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.event_sub_tasks import names_of

BEGUN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SEGMENT = {"start_s": 2.0, "end_s": 5.0, "moment_s": 3.5, "confidence": 99.0, "suggestion": "block"}
PICTURE = Picture(bucket="out", key="a_0.jpg", url="https://s3/a_0.jpg?x", url_expires_at=BEGUN)
STORAGE = {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": "out", "S3Region": "eu-west-3"}}
FOUND = FoundSegment(start_s=1, end_s=2, confidence=97, box=BOX)
TIMES = {"StartTimeOffset": 1.0, "EndTimeOffset": 2.0}
TAG = Tag(tag="speech", confidence=90, basis="evidence", reason="speech 80 % of the time")


def task_of(results: list[JobResult], unfinished: list[UnfinishedJob]) -> dict[str, Any]:
    return dict(event_of(results, unfinished)["WorkflowTaskEvent"])


def event_of(results: list[JobResult], unfinished: list[UnfinishedJob]) -> dict[str, Any]:
    finished_at = None if unfinished else BEGUN
    run = EventRun("wf_1", "w", "r1", 1, results=results, unfinished=unfinished, finished_at=finished_at)
    return workflow_task_event(replace(run, region="eu-west-3"))


def entry(kind: str, type_: str, output: Any) -> dict[str, Any]:
    """The one entry of the kind's result set."""
    found = SubTaskResult(type=type_, status="SUCCESS", output=output)
    item = ItemResult(item={}, definition=20, status="SUCCESS", sub_tasks=(found,))
    stored = JobResult(kind=kind, begun_at=BEGUN, finished_at=BEGUN, source=None, items=(item,))
    task = task_of([JobResult.model_validate(stored.model_dump(mode="json"))], [])  # as the store gives it back
    sets = {name: task[f"Ai{name}ResultSet"] for name in ("ContentReview", "Recognition", "Analysis")}
    assert task["MediaProcessResultSet"] == []
    ((result,),) = [entries for entries in sets.values() if entries]
    return dict(result)


def output(kind: str, type_: str, found: Any) -> dict[str, Any]:
    result = entry(kind, type_, found)
    (task,) = [value for name, value in result.items() if name.endswith("Task") and value is not None]
    assert (task["Status"], task.get("ErrCodeExt", ""), task["ErrCode"]) == ("SUCCESS", "", 0)
    assert ("ErrCodeExt" in task) is (type_ not in ("highlight", "description"))  # as in the SDK
    assert task["Input"] == {"Definition": 20}
    return dict(task["Output"])


def review(**segment: Any) -> ReviewOutput:
    place = ReviewSegment.model_validate(SEGMENT | segment)
    return ReviewOutput(
        suggestion="block", confidence=99, label=place.label, sample_rate=2, duration_s=60, segments=(place,)
    )


@pytest.mark.parametrize(
    ("type_", "names"),
    [
        ("porn.image", ("Porn", "PornTask")),
        ("porn.asr", ("Porn.Asr", "PornAsrTask")),
        ("terrorism.image", ("Terrorism", "TerrorismTask")),
        ("terrorism.ocr", ("Terrorism.Ocr", "TerrorismOcrTask")),
        ("political.image", ("Political", "PoliticalTask")),
        ("prohibited.ocr", ("Prohibited.Ocr", "ProhibitedOcrTask")),
        ("user_defined.face", ("Political", "PoliticalTask")),
        ("user_defined.asr", ("Prohibited.Asr", "ProhibitedAsrTask")),
        ("asr_full_text", ("AsrFullTextRecognition", "AsrFullTextTask")),
    ],
)
def test_names(type_: str, names: tuple[str, str]) -> None:
    assert names_of(type_) == names


def test_a_review_of_pictures() -> None:
    result = entry("content_review", "porn.image", review(label="sexy", box=BOX, picture=PICTURE))
    assert (result["Type"], result["SampleRate"], result["Duration"]) == ("Porn", 2.0, 60.0)
    assert result["PornOcrTask"] is None
    assert result["PornTask"]["Output"] == {
        "Confidence": 99.0,
        "Suggestion": "block",
        "Label": "sexy",
        "SegmentSet": [
            {
                "StartTimeOffset": 2.0,
                "EndTimeOffset": 5.0,
                "Confidence": 99.0,
                "Suggestion": "block",
                "Label": "sexy",
                "Url": "https://s3/a_0.jpg?x",
                "PicUrlExpireTime": "2026-01-02T03:04:05Z",
            }
        ],
    }


def test_a_review_of_text_and_speech() -> None:
    written = output("content_review", "prohibited.ocr", review(keywords=("词",), label="prohibited", picture=PICTURE))
    assert "Label" not in written
    (segment,) = written["SegmentSet"]
    assert (segment["KeywordSet"], segment["AreaCoordSet"], "Label" in segment) == (["词"], [], False)
    assert segment["Url"].startswith("https://")
    (segment,) = output("content_review", "prohibited.asr", review(keywords=("词",)))["SegmentSet"]
    assert {"KeywordSet"} <= segment.keys()
    assert {"AreaCoordSet", "Url"}.isdisjoint(segment)


def test_own_persons_and_words_are_reported_as_the_references_categories() -> None:
    """All that was found is beside them, under names of ours."""
    outputs = {
        "user_defined.face": review(name="Ann", label="vip", box=BOX),
        "user_defined.ocr": review(keywords=("词",), label="mine", box=BOX),
        "porn.image": review(label="sexy", box=BOX),
    }
    parts = tuple(SubTaskResult(type=type_, status="SUCCESS", output=found) for type_, found in outputs.items())
    item = ItemResult(item={}, definition=20, status="SUCCESS", sub_tasks=parts)
    job = JobResult(kind="content_review", begun_at=BEGUN, finished_at=BEGUN, source=None, items=(item,))
    event = event_of([job], [])
    results = event["WorkflowTaskEvent"]["AiContentReviewResultSet"]
    assert [one["Type"] for one in results] == ["Porn", "Political", "Prohibited.Ocr"]
    (person,) = results[1]["PoliticalTask"]["Output"]["SegmentSet"]
    assert (person["Name"], person["Label"], person["AreaCoordSet"]) == ("Ann", "vip", list(BOX))
    reviews = event["MediaWorkflows"]["Reviews"]
    assert [one["Type"] for one in reviews] == ["UserDefine.Face", "UserDefine.Ocr", "Porn"]
    (word,) = reviews[1]["Output"]["SegmentSet"]
    assert (word["KeywordSet"], word["Label"], reviews[1]["Input"]) == (["词"], "mine", {"Definition": 20})
    assert reviews[2]["Output"]["SegmentSet"][0]["AreaCoordSet"] == list(BOX)


def test_a_picture_without_a_url_has_its_key() -> None:
    shown = output("content_review", "porn.ocr", review(picture=Picture(bucket="out", key="a_0.jpg")))
    assert (shown["SegmentSet"][0]["Url"], shown["SegmentSet"][0]["PicUrlExpireTime"]) == ("a_0.jpg", "")


def test_recognition() -> None:
    ann = FaceResult(person_id=7, name="Ann", segments=(FOUND,))
    area = {"Confidence": 97.0, "AreaCoordSet": list(BOX)}
    assert output("recognition", "face", FaceOutput(results=(ann,)))["ResultSet"] == [
        {"Id": "7", "Type": "UserDefine", "Name": "Ann", "SegmentSet": [{**TIMES, **area}]}
    ]
    words = WordsOutput(results=(WordResult(keyword="a", segments=(FOUND.model_copy(update={"box": None}),)),))
    assert output("recognition", "asr_words", words)["ResultSet"] == [
        {"Word": "a", "SegmentSet": [{**TIMES, "Confidence": 97.0}]}
    ]
    (seen,) = output("recognition", "ocr_full_text", OcrFullTextOutput(segments=(text("字"),)))["SegmentSet"]
    assert seen["TextSet"] == [{"Confidence": 99.7, "AreaCoordSet": [10, 20, 110, 60], "Text": "字"}]
    spoken = AsrFullTextOutput(segments=(said("a", "b"),), subtitle=("out", "a.vtt"))
    asr = output("recognition", "asr_full_text", spoken)
    assert (asr["SubtitlePath"], asr["OutputStorage"]) == ("a.vtt", STORAGE)
    assert asr["SegmentSet"][0]["Wordlist"][1] == {"Word": "b", "Start": 11, "End": 12}


def test_analysis() -> None:
    assert output("analysis", "classification", ClassificationOutput(classes=(TAG,)))["ClassificationSet"] == [
        {"Classification": "speech", "Confidence": 90.0}
    ]
    assert output("analysis", "tag", TagOutput(tags=(TAG,)))["TagSet"] == [
        {"Tag": "speech", "Confidence": 90.0, "SpecialInfo": "evidence: speech 80 % of the time"}
    ]
    frame_tags = FrameTagOutput(segments=(TaggedSpan(start_s=1, end_s=2, tags=(TAG,)),))
    assert output("analysis", "frame_tag", frame_tags)["SegmentSet"] == [
        {**TIMES, "TagSet": [{"Tag": "speech", "CategorySet": ["evidence"], "Confidence": 90.0}]}
    ]
    cover = CoverOutput(moment_s=1, confidence=80, reason="", picture=("out", "a.jpg"))
    assert output("analysis", "cover", cover) == {
        "CoverSet": [{"CoverPath": "a.jpg", "Confidence": 80.0}],
        "OutputStorage": STORAGE,
    }


def test_a_description_is_one_of_its_set() -> None:
    first, second = (
        Quote(start_s=at, end_s=at + 1, text=text, confidence=80) for at, text in ((1, "One."), (3, "Two."))
    )
    part = Paragraph(start_s=1, end_s=2, title="One", keywords=("one",), sentences=(first, second))
    chinese = part.model_copy(update={"sentences": (first.model_copy(update={"text": "天气。"}),) * 2})
    found = output(
        "analysis",
        "description",
        DescriptionOutput(
            confidence=80,
            title=first.model_copy(update={"text": "One"}),
            keywords=(Keyword(keyword="one", count=2, first_s=1),),
            sentences=(first, second),
            paragraphs=(part, chinese),
        ),
    )
    (one,) = found["DescriptionSet"]
    assert (one["Title"], one["Description"], one["Keywords"]) == ("One", "One. Two.", ["one"])
    assert one["Paragraphs"] == [
        {**TIMES, "Title": "One", "Summary": "One. Two.", "Keywords": ["one"]},
        {**TIMES, "Title": "One", "Summary": "天气。天气。", "Keywords": ["one"]},
    ]


def test_highlights_have_a_clip_and_a_cover_each() -> None:
    lively = Highlight(
        start_s=1, end_s=2, confidence=70, reason="", clip=("out", "a_0.mp4"), picture=("out", "a_0.jpg")
    )
    of_sound = Highlight(start_s=4, end_s=8, confidence=50, reason="", clip=("out", "a_1.m4a"))
    found = output("analysis", "highlight", HighlightOutput(segments=(lively, of_sound)))
    assert found["OutputStorage"] == STORAGE
    assert found["HighlightSet"] == [
        {
            "HighlightPath": "a_0.mp4",
            "CovImgPath": "a_0.jpg",
            "Confidence": 70.0,
            "Duration": 1.0,
            "SegmentSet": [{"Confidence": 70.0, **TIMES}],
        },
        {
            "HighlightPath": "a_1.m4a",
            "CovImgPath": "",
            "Confidence": 50.0,
            "Duration": 4.0,
            "SegmentSet": [{"Confidence": 50.0, "StartTimeOffset": 4.0, "EndTimeOffset": 8.0}],
        },
    ]
    nothing = output("analysis", "highlight", HighlightOutput())
    assert nothing == {"HighlightSet": [], "OutputStorage": None}


def test_quality_has_the_references_own_place() -> None:
    report = QualityOutput(has_picture=True, has_sound=False, black=(Span(start_s=1, end_s=2),))
    found = SubTaskResult(type="quality", status="SUCCESS", output=report)
    item = ItemResult(item={}, definition=0, status="SUCCESS", sub_tasks=(found,))
    task = task_of([JobResult(kind="analysis", begun_at=BEGUN, finished_at=BEGUN, source=None, items=(item,))], [])
    assert task["AiAnalysisResultSet"] == []
    shown = task["AiQualityControlTaskResult"]["Output"]
    assert (shown["NoAudio"], shown["NoVideo"]) == (True, False)
    assert shown["QualityControlResultSet"] == [
        {"Type": "BlackScreen", "QualityControlItems": [{"Confidence": 100, **TIMES}]}
    ]


def test_a_quality_control_in_the_references_shape() -> None:
    segment = QualitySegment(start_s=1, end_s=2)
    report = QualityControlOutput(
        duration_s=4,
        no_video=False,
        no_audio=True,
        items=(
            QualityItem(
                type="black_screen", hit=True, value=1, unit="s", threshold=0.5, share=0.25, segments=(segment,)
            ),
            QualityItem(type="no_voice", hit=None, unit="s", threshold=2, reason="no_audio"),
            QualityItem(type="video_rotation", hit=False, value=0, unit="deg", share=0),
            QualityItem(type="audio_stream_lack", hit=True, share=1, segments=(segment,)),
        ),
    )
    of_analysis = SubTaskResult(
        type="quality", status="SUCCESS", output=QualityOutput(has_picture=True, has_sound=True)
    )
    jobs = [
        JobResult(
            kind=kind,
            begun_at=BEGUN,
            finished_at=BEGUN,
            source=None,
            items=(ItemResult(item={}, definition=10, status="SUCCESS", sub_tasks=(found,)),),
        )
        for kind, found in (
            ("analysis", of_analysis),
            ("quality_control", SubTaskResult(type="quality", status="SUCCESS", output=report)),
        )
    ]
    event = event_of(jobs, [])
    task = event["WorkflowTaskEvent"]
    assert task["MediaProcessResultSet"] == []
    shown = task["AiQualityControlTaskResult"]["Output"]
    assert (shown["NoVideo"], shown["NoAudio"]) == (False, True)
    assert shown["QualityControlResultSet"] == [
        {"Type": "BlackScreen", "QualityControlItems": [{"Confidence": 100, **TIMES, "AreaCoordSet": []}]}
    ]
    (lack,) = shown["ContainerDiagnoseResultSet"]
    assert (lack["Type"], lack["Category"], lack["TimestampSet"]) == ("AudioStreamLack", "StreamStatusException", [1])
    loudness, measured = event["MediaWorkflows"]["QualityReports"]
    assert set(loudness["Loudness"]) == {"IntegratedLufs", "LoudnessRangeLu", "TruePeakDbtp"}
    assert [(one["Type"], one["Hit"], one["NotMeasured"]) for one in measured["Measurements"]] == [
        ("BlackScreen", True, ""),
        ("NoVoice", None, "no_audio"),
        ("VideoRotation", False, ""),
        ("AudioStreamLack", True, ""),
    ]


def test_every_item_of_quality_has_a_place_in_events() -> None:
    assert set(QualityControlParameters.model_fields) == event_quality.CONTENT | event_quality.DIAGNOSES.keys()


def test_a_quality_control_that_failed_or_waits() -> None:
    item = QualityControlItem.model_validate({"parameters": {"no_voice": {}}})
    failed = item_failure(item, "SourceFileError", "no media")
    ended = JobResult(kind="quality_control", begun_at=BEGUN, finished_at=BEGUN, source=None, items=(failed,))
    shown = task_of([ended], [])["AiQualityControlTaskResult"]
    assert (shown["Status"], shown["ErrCodeExt"], shown["Output"]) == ("FAIL", "SourceFileError", None)
    waits = task_of([], [UnfinishedJob("quality_control", [item])])
    assert (waits["AiQualityControlTaskResult"]["Status"], waits["MediaProcessResultSet"]) == ("PROCESSING", [])


def test_what_failed_and_what_is_not_done_yet() -> None:
    parameters = ContentReviewParameters.model_validate({"porn": {"image": {}, "asr": {}}})
    failed = item_failure(ContentReviewItem(parameters=parameters), "FailedOperation", "no model")
    ended = JobResult(kind="content_review", begun_at=BEGUN, finished_at=BEGUN, source=None, items=(failed,))
    waits = UnfinishedJob("analysis", [AnalysisItem(parameters=AnalysisParameters(cover=True, quality=True))])
    task = task_of([ended], [waits])
    tasks = [(one["Type"], one["PornTask"] or one["PornAsrTask"]) for one in task["AiContentReviewResultSet"]]
    assert [(type_, one["Status"], one["Output"]) for type_, one in tasks] == [
        ("Porn", "FAIL", None),
        ("Porn.Asr", "FAIL", None),
    ]
    assert (tasks[0][1]["ErrCodeExt"], tasks[0][1]["ErrCode"], tasks[0][1]["Message"]) == (
        "FailedOperation",
        70_000,
        "no model",
    )
    (cover,) = task["AiAnalysisResultSet"]
    assert (cover["Type"], cover["CoverTask"]["Status"], cover["CoverTask"]["Output"]) == ("Cover", "PROCESSING", None)
    assert task["AiQualityControlTaskResult"]["Status"] == "PROCESSING"

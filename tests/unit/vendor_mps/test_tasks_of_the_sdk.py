"""Task inputs that the vendor's SDK can express are converted there and back, or refused by name."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tencentcloud.mps.v20190612 import models

from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.vendor_mps.reading import Findings
from media_workflows.vendor_mps.tasks import read_ai_task, read_media_process_task, write_media_process_task
from media_workflows.vendor_mps.tasks.media_process import TASK_SETS
from vendor_objects import BUCKET, COS_FILE, IMAGE, S3_FILE, Json, exists, normal, objects
from vendor_walker import fields_of, unknown_fields

HERE = "MediaProcessTask"


def require_same_or_refused(data: Json) -> bool:
    """Whether data of the vendor are supported: then they come back; else a field of them is named."""
    reading = Findings(objects=BUCKET)
    jobs = read_media_process_task(data, HERE, reading)
    for problem in reading.problems:
        assert exists(data, problem.field.removeprefix(f"{HERE}.")), problem
        assert "hidden" not in problem.got
    if reading.problems:
        return False
    writing = Findings(objects=BUCKET)
    back = write_media_process_task(jobs, HERE, writing)
    assert writing.problems == []
    assert unknown_fields(models.MediaProcessTaskInput, back) == []
    ineffective = frozenset(note.field for note in reading.notes)
    assert normal(back, frozenset(), HERE) == normal(data, ineffective, HERE)
    return True


@given(data=objects("MediaProcessTaskInput"))
def test_what_the_sdk_can_express_comes_back_or_is_refused_by_name(data: Json) -> None:
    require_same_or_refused(data)


@pytest.mark.full
@pytest.mark.parametrize("task_set", TASK_SETS)
@settings(max_examples=600)
@given(data=st.data())
def test_every_task_that_the_sdk_can_express_comes_back_or_is_refused_by_name(task_set: str, data: Any) -> None:
    task = data.draw(objects(fields_of(models.MediaProcessTaskInput)[task_set].removeprefix("list of ")))
    require_same_or_refused({task_set: [task]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(data=objects("MediaProcessTaskInput"), junk=JSON, choose=st.randoms(use_true_random=False))
def test_junk_anywhere_is_no_crash(data: Json, junk: Any, choose: Any) -> None:
    data = copy.deepcopy(data)
    place: Any = data
    while isinstance(place, dict | list) and place:
        key = choose.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if choose.random() < 0.3 or not isinstance(place[key], dict | list):
            place[key] = junk
            break
        place = place[key]
    jobs = read_media_process_task(data, HERE, Findings(objects=BUCKET))
    for kind, items in jobs.items():
        for item in items:
            with contextlib.suppress(ValidationError):
                JOB_ITEMS[kind].model_validate(item)


def field_cases() -> Iterator[tuple[str, str]]:
    for task_set in TASK_SETS:
        type_ = fields_of(models.MediaProcessTaskInput)[task_set].removeprefix("list of ")
        yield from ((task_set, name) for name in fields_of(getattr(models, type_)))


SUPPORTED: dict[str, Any] = {
    "RawParameter": {"Container": "mp4", "VideoTemplate": {"Fps": 30000, "FpsDenominator": 1001, "HlsTime": 5}},
    "OverrideParameter": {"VideoTemplate": {"Gop": 2, "GopUnit": "second"}, "SubtitleTemplate": {"StreamIndex": 0}},
    "WatermarkSet": [
        {"Definition": 7, "TextContent": "a", "EndTimeOffset": -2},
        {"RawParameter": {"ImageTemplate": {"ImageContent": IMAGE}, "XPos": "9px"}},
    ],
    "MosaicSet": [{"XPos": "10%", "StartTimeOffset": 3}],
    "HeadTailParameter": {"HeadSet": [COS_FILE], "TailSet": [S3_FILE, S3_FILE]},
    "ObjectNumberFormat": {"InitialValue": 1, "MinLength": 3},
    "ExtTimeOffsetSet": ["1s"],
    "TimeOffsetSet": [2.5],
    "KeyPTSList": [1040],
    "AddOnSubtitles": [{"Subtitle": COS_FILE, "SubtitleName": "English", "SubtitleLanguage": "eng"}],
    "AddOnAudios": [{"InputInfo": S3_FILE, "AudioName": "a", "AudioLanguage": "chi", "DefaultTrack": True}],
    "SubtitleTemplate": {"SubtitleFileInput": S3_FILE, "FontSize": "7%", "FontAlpha": 0.5},
    "OutputObjectPath": "/x/{inputName}.{format}",
    "SegmentObjectName": "s{number}.{format}",
    "SubStreamObjectName": "s{subStreamNumber}.{format}",
    "WebVttObjectName": "a.{format}",
    "Definition": 10,
    "StartTimeOffset": 1.5,
    "EndTimeOffset": -1.5,
}
REFUSED: dict[str, Any] = {
    "BlindWatermark": {"Definition": 3},
    "OutputStorage": {"Type": "COS", "CosOutputStorage": {"Bucket": "b"}},
    "DrmInfo": {"Type": "simpleaes"},
    "StdExtInfo": "{}",
    "StdExtStreamInfos": [{"RemoveVideo": 1}],
    "ExtInfo": "{}",
    "DefinitionType": "PureAudio",
}


@pytest.mark.parametrize(("task_set", "name"), list(field_cases()))
def test_every_field_of_the_sdk_is_converted_or_refused(task_set: str, name: str) -> None:
    task = {name: (SUPPORTED | REFUSED)[name]}
    if name == "OverrideParameter":
        task["Definition"] = 100040
    assert require_same_or_refused({task_set: [task]}) == (name in SUPPORTED)
    if name in REFUSED:
        findings = Findings()
        read_media_process_task({task_set: [task]}, HERE, findings)
        assert [problem.field for problem in findings.problems] == [f"{HERE}.{task_set}[0].{name}"]


@pytest.mark.parametrize(
    ("task", "place", "words"),
    [
        ({"Unheard": 1}, "Unheard", "leave it out"),
        (
            {"RawParameter": {"VideoTemplate": {"NoScenecut": 1}}},
            "RawParameter.VideoTemplate.NoScenecut",
            "no_scene_cut",
        ),
        (
            {"RawParameter": {"EnhanceConfig": {"VideoEnhance": {"Hdr": {"Switch": "ON"}}}}},
            "RawParameter.EnhanceConfig",
            "enhancement",
        ),
        (
            {"RawParameter": {"VideoTemplate": {"FillType": "smarttailor"}}},
            "RawParameter.VideoTemplate.FillType",
            "crop",
        ),
        ({"RawParameter": {"SubtitleTemplate": {"FontSize": "20px"}}}, "RawParameter.SubtitleTemplate.FontSize", "5%"),
        (
            {"RawParameter": {"SubtitleTemplate": {"StreamIndex": 3}}},
            "RawParameter.SubtitleTemplate.StreamIndex",
            "file",
        ),
        ({"RawParameter": {"VideoTemplate": {"Fps": "25"}}}, "RawParameter.VideoTemplate.Fps", "number"),
        (
            {"WatermarkSet": [{"RawParameter": {"ImageTemplate": {"ImageContent": COS_FILE}}}]},
            "WatermarkSet[0].RawParameter.ImageTemplate.ImageContent",
            "data:image/png",
        ),
        ({"WatermarkSet": 3}, "WatermarkSet", "list"),
        ({"ObjectNumberFormat": [3]}, "ObjectNumberFormat", "object"),
        (
            {"HeadTailParameter": {"HeadSet": [{"Type": "COS"}]}},
            "HeadTailParameter.HeadSet[0].CosInputInfo.Object",
            "key",
        ),
        ({"HeadTailParameter": {"TailSet": [3]}}, "HeadTailParameter.TailSet[0].Type", "COS, AWS-S3"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(task: Json, place: str, words: str) -> None:
    findings = Findings(objects=BUCKET)
    read_media_process_task({"TranscodeTaskSet": [task]}, HERE, findings)
    (problem,) = findings.problems
    assert problem.field == f"{HERE}.TranscodeTaskSet[0].{place}"
    assert words in problem.expected


def test_empty_values_say_nothing() -> None:
    task = {
        "Definition": 0,
        "WatermarkSet": [],
        "OutputObjectPath": "",
        "RawParameter": {"VideoTemplate": None},
        "BlindWatermark": {"Definition": 0},
        "StdExtInfo": "",
        "StartTimeOffset": 0,
    }
    findings = Findings()
    assert read_media_process_task({"TranscodeTaskSet": [task]}, HERE, findings) == {
        "transcode": [{"start_offset_s": 0}]
    }
    assert (findings.problems, findings.notes) == ([], [])
    assert read_media_process_task(None, HERE, findings) == {}
    assert read_ai_task("analysis", {"Definition": None}, "AiAnalysisTask", findings) == []


def test_what_has_no_effect_for_the_vendor_is_noted() -> None:
    findings = Findings()
    tasks = [{"Definition": 10, "RawParameter": {"Container": "mp4"}}, {"OverrideParameter": {"Container": "mp4"}}]
    assert read_media_process_task({"TranscodeTaskSet": tasks}, HERE, findings) == {"transcode": [{"template": 10}, {}]}
    assert [note.field.rpartition(".")[2] for note in findings.notes] == ["RawParameter", "OverrideParameter"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("analysis", "ExtendedParameter"),
        ("recognition", "UserExtPara"),
        ("quality_control", "ChannelExtPara"),
        ("content_review", "Unheard"),
    ],
)
def test_extensions_of_other_tasks_are_refused_by_name(kind: str, name: str) -> None:
    findings = Findings()
    assert read_ai_task(kind, {"Definition": 10, name: ""}, "Task", findings) == [{"template": 10}]
    assert findings.problems == []
    read_ai_task(kind, {"Definition": 10, name: "{}"}, "Task", findings)
    assert [problem.field for problem in findings.problems] == [f"Task.{name}"]

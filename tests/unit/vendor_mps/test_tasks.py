"""Items of ours as task inputs of the vendor's SDK, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tencentcloud.mps.v20190612 import models

from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.templates.presets import PRESETS
from media_workflows.domain.templates.references import with_ids
from media_workflows.services.starters import list_starters
from media_workflows.vendor_mps.reading import Findings, ObjectPlace
from media_workflows.vendor_mps.tasks import (
    media_process_place,
    read_ai_task,
    read_media_process_task,
    write_ai_task,
    write_media_process_task,
)
from media_workflows.vendor_mps.tasks.echo import task_echo
from media_workflows.vendor_mps.tasks.media_process import TASK_SETS
from vendor_objects import BUCKET, PNG, Json
from vendor_walker import fields_of, unknown_fields

HERE = "MediaProcessTask"


def own_items() -> Iterator[Any]:
    """The items of the starters, with all answers, and the presets of transcodes as parameters."""
    for starter in list_starters():
        answers = [{question.id: choice.id} for question in starter.questions for choice in question.choices]
        for one in [{}, *answers]:
            yield from _items_in(with_ids(starter.answered(one), PRESET_LIBRARY), starter.name)
    for (kind, id_), preset in PRESETS.items():
        if kind == "transcode":
            yield pytest.param(kind, {"parameters": preset.parameters.model_dump(mode="json")}, id=f"{id_}")


def _items_in(data: Any, name: str) -> Iterator[Any]:
    if isinstance(data, list):
        for one in data:
            yield from _items_in(one, name)
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        if key in JOB_ITEMS and value:
            for item in value if isinstance(value, list) else [value]:
                yield pytest.param(key, item, id=name)
        else:
            yield from _items_in(value, name)


# What of the starters the vendor has nothing like.
OURS_ONLY = {
    "hdr",
    "deinterlace",
    "vmaf_floor",
    "encoder",
    "tracks",
    "parameters",
    "source",
    "mark",
    "codec",
    "fill_type",
}


@pytest.mark.parametrize(("kind", "item"), list(own_items()))
def test_an_item_of_ours_comes_back(kind: str, item: Json) -> None:
    ours = JOB_ITEMS[kind].model_validate(item)
    for form in (ours.model_dump(mode="json"), ours.model_dump(mode="json", exclude_defaults=True)):
        writing, reading = Findings(objects=BUCKET), Findings(objects=BUCKET)
        if kind in TASK_SETS.values():
            written = write_media_process_task({kind: [form]}, "", writing)
            assert unknown_fields(models.MediaProcessTaskInput, written) == []
            back = read_media_process_task(written, HERE, reading).get(kind, [])
        else:
            back = read_ai_task(kind, write_ai_task(kind, [form], "", writing), HERE, reading)
        if writing.problems:
            assert {problem.field.rpartition(".")[2] for problem in writing.problems} <= OURS_ONLY
            return
        assert reading.problems == []
        stays = {note.field.rpartition(".")[2] for note in writing.notes}
        expected = {name: value for name, value in form.items() if name not in stays}
        assert JOB_ITEMS[kind].model_validate(back[0]) == JOB_ITEMS[kind].model_validate(expected)


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        (
            "transcode",
            {"template": 100040, "override": {"video": {"crf": None, "b_frames": None, "fps": 29.97}, "segment_s": 4}},
        ),
        (
            "transcode",
            {"template": 100040, "override": {"audio": None}, "head": ["a.mp4"], "tail": ["{inputName}.mp4"]},
        ),
        ("transcode", {"template": 100040, "burned_in_subtitles": {"key": "a.srt", "font_size_percent": 7.5}}),
        (
            "transcode",
            {
                "parameters": {"container": "mp4", "video": {"gop_s": 2, "fps": 23.976, "level": "4.1"}},
                "burned_in_subtitles": {"track": 0},
                "mosaics": [{"x_pos": "3%"}],
            },
        ),
        (
            "transcode",
            {"parameters": {"container": "hls", "video": {"crf": 23}, "segment_type": "mp4", "segment_s": 4}},
        ),
        (
            "transcode",
            {
                "template": 100040,
                "watermarks": [
                    {
                        "mark": {"type": "image", "content": PNG, "width": "20%"},
                        "origin": "bottom_right",
                        "end_offset_s": -1,
                    }
                ],
            },
        ),
        (
            "adaptive_dynamic_streaming",
            {
                "template": 10,
                "key_frames_s": [0.0, 1.04],
                "add_on_audios": [{"key": "a.m4a", "language": "eng", "default": True}],
                "add_on_subtitles": [{"key": "a.vtt", "name": "EN"}],
            },
        ),
        ("image_sprite", {"template": 10, "number_format": {"initial": 1}, "web_vtt_path": "a.{format}"}),
        ("snapshot_by_time_offset", {"template": 10, "time_offsets": ["1s", "10%"]}),
        ("animated_graphic", {"template": 20000, "end_offset_s": 3.5}),
    ],
)
@pytest.mark.parametrize("place", [BUCKET, BUCKET._replace(form="COS"), ObjectPlace()])
def test_a_full_item_of_ours_comes_back(kind: str, item: Json, place: ObjectPlace) -> None:
    ours = JOB_ITEMS[kind].model_validate(item)
    findings = Findings(objects=place)
    written = write_media_process_task({kind: [ours.model_dump(mode="json")]}, "", findings)
    back = read_media_process_task(written, HERE, findings)[kind][0]
    assert findings.problems == []
    assert unknown_fields(models.MediaProcessTaskInput, written) == []
    assert JOB_ITEMS[kind].model_validate(back) == ours


def media_items() -> list[Any]:
    return [one for one in own_items() if one.values[0] in TASK_SETS.values()]


@pytest.mark.parametrize(("kind", "item"), media_items())
def test_events_repeat_an_item_in_fields_of_the_sdk(kind: str, item: Json) -> None:
    (task_set,) = (name for name, other in TASK_SETS.items() if other == kind)
    model = fields_of(models.MediaProcessTaskInput)[task_set].removeprefix("list of ")
    echo = task_echo(kind, JOB_ITEMS[kind].model_validate(item).model_dump(mode="json"), ObjectPlace())
    assert unknown_fields(getattr(models, model), echo) == []
    assert echo["Definition"] == (item.get("template") or 0)


@pytest.mark.parametrize(
    ("kind", "item", "place"),
    [
        ("transcode", {"template": 1, "watermarks": [{"mark": {"type": "text", "text": "a"}}]}, "watermarks[0].mark"),
        ("transcode", {"parameters": {"video": {"gop_s": 2.5}}}, "parameters.video.gop_s"),
        ("transcode", {"parameters": {"video": {}, "segment_s": 2.5}}, "parameters.video.segment_s"),
        ("transcode", {"parameters": {"audio": {}, "segment_s": 2}}, "parameters.segment_s"),
        ("transcode", {"template": 1, "burned_in_subtitles": {"track": 1}}, "override.burned_in_subtitles.track"),
        ("sample_snapshot", {"parameters": {"sample_type": "time"}}, "parameters"),
        ("adaptive_dynamic_streaming", {"template": 10, "key_frames_s": [0.0005]}, "key_frames_s"),
        (
            "adaptive_dynamic_streaming",
            {"template": 10, "add_on_subtitles": [{"key": "a", "forced": True}]},
            "add_on_subtitles[0].forced",
        ),
    ],
)
def test_what_the_vendor_cannot_express_is_refused_by_name(kind: str, item: Json, place: str) -> None:
    findings = Findings()
    write_media_process_task({kind: [item]}, "jobs", findings)
    assert [problem.field for problem in findings.problems] == [f"jobs.{kind}[0].{place}"]


def test_tasks_of_one_item() -> None:
    findings = Findings()
    items = [{"template": 20, "when_unavailable": "skip"}]
    assert write_ai_task("content_review", items, "jobs.content_review[0]", findings) == {"Definition": 20}
    assert [note.field for note in findings.notes] == ["jobs.content_review[0].when_unavailable"]
    assert write_ai_task("analysis", [], "jobs.analysis", findings) is None
    assert read_ai_task("analysis", {"Definition": 10, "ExtendedParameter": "{}"}, "AiAnalysisTask", findings) == [
        {"template": 10}
    ]
    assert [problem.field for problem in findings.problems] == ["AiAnalysisTask.ExtendedParameter"]
    write_ai_task("analysis", [{"template": 10}, {"template": 20}], "jobs.analysis", findings)
    assert findings.problems[-1].field == "jobs.analysis"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("transcode[0].template", "TranscodeTaskSet[0].Definition"),
        ("transcode[0].parameters.video.gop_s", "TranscodeTaskSet[0].RawParameter.VideoTemplate.Gop"),
        ("transcode[0].parameters.segment_s", "TranscodeTaskSet[0].RawParameter.VideoTemplate.HlsTime"),
        (
            "transcode[0].watermarks[1].mark.content",
            "TranscodeTaskSet[0].WatermarkSet[1].RawParameter.ImageTemplate.ImageContent",
        ),
        ("transcode[0].tail[2]", "TranscodeTaskSet[0].HeadTailParameter.TailSet[2]"),
        ("transcode[0].nothing", "TranscodeTaskSet[0].nothing"),
        ("nothing", ""),
    ],
)
def test_the_place_of_a_field(ours: str, theirs: str) -> None:
    assert media_process_place(ours) == theirs


@pytest.mark.parametrize(("half", "value", "whole"), [("GopUnit", "second", "Gop"), ("FpsDenominator", 1001, "Fps")])
def test_half_of_a_value_is_no_change_of_a_template(half: str, value: Any, whole: str) -> None:
    def fields(video: Any) -> list[str]:
        findings = Findings(objects=BUCKET)
        task = {"Definition": 100010, "OverrideParameter": {"VideoTemplate": video}}
        read_media_process_task({"TranscodeTaskSet": [task]}, "", findings)
        return [problem.field for problem in findings.problems]

    place = f"TranscodeTaskSet[0].OverrideParameter.VideoTemplate.{half}"
    assert fields({half: value, "Bitrate": 500}) == [place]
    assert fields({half: value, whole: 24}) == []
    assert fields(5) == [place.removesuffix(f".{half}")]

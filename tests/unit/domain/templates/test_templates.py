"""The presets, against the vendor."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition
from media_workflows.domain.templates import PRESET_LIBRARY, PRESETS, parameters_of
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import NotFoundError

LADDER = [
    *((10, 360, 400, 64), (20, 540, 1000, 64), (30, 720, 1800, 128)),
    *((40, 1080, 2500, 128), (70, 1440, 3000, 160), (80, 2160, 6000, 160)),
]
OLD = {10, 20, 30, 40, 70, 80}
REMUX, AUDIO = {6, 9, 875, 876}, {1100, 1110, 1120, 1130, 1140, 1010, 1020}
QUALITY = {100800, 100810, 100820, 100830, 100840}
FLV = {10046, 10047, 10048, 10049, 370, 380}


def test_ids() -> None:
    by_kind = {kind: {id_ for known, id_ in PRESETS if known == kind} for kind, _ in PRESETS}
    assert by_kind == {
        "transcode": REMUX
        | AUDIO
        | QUALITY
        | FLV
        | {base + suffix for base in (0, 200, 500, 600, 700, 100_000, 100_200) for suffix in OLD},
        "snapshot_by_time_offset": {10},
        "sample_snapshot": {10},
        "image_sprite": {10},
        "animated_graphic": {20000, 20001},
        "adaptive_dynamic_streaming": {10},
        "quality_control": {10, 20, 40},
        "content_review": {10, 20},
        "recognition": {10},
        "analysis": {10, 20},
    }
    assert all((t.kind, t.id, t.preset) == (*key, True) for key, t in PRESETS.items())


@pytest.mark.parametrize(("base", "container"), [(100_000, "mp4"), (100_200, "hls")])
@pytest.mark.parametrize(("suffix", "height", "video_kbps", "audio_kbps"), LADDER)
def test_ladder(base: int, container: str, suffix: int, height: int, video_kbps: int, audio_kbps: int) -> None:
    parameters = PRESET_LIBRARY.find("transcode", base + suffix).parameters
    assert parameters.container == container
    video, audio = parameters.video, parameters.audio
    assert (video.codec, video.fps, video.bitrate_kbps, video.crf) == ("h264", 25, video_kbps, None)
    assert (video.width, video.height, video.resolution_adaptive) == (0, height, True)
    assert (audio.codec, audio.bitrate_kbps, audio.sample_rate_hz, audio.channels) == ("aac", audio_kbps, 44_100, 2)


@pytest.mark.parametrize(("id_", "container"), [(875, "mp4"), (876, "hls")])
def test_remux(id_: int, container: str) -> None:
    parameters = PRESET_LIBRARY.find("transcode", id_).parameters
    assert (parameters.container, parameters.video.codec, parameters.audio.codec) == (container, "copy", "copy")
    assert (parameters.audio.bitrate_kbps, parameters.audio.sample_rate_hz, parameters.audio.channels) == (0, 0, 0)


@pytest.mark.parametrize(("id_", "format_"), [(20000, "gif"), (20001, "webp")])
def test_animated(id_: int, format_: str) -> None:
    parameters = PRESET_LIBRARY.find("animated_graphic", id_).parameters
    assert (parameters.fps, parameters.format, parameters.quality) == (2, format_, 75)
    assert (parameters.width, parameters.height) == (0 if format_ == "gif" else 320, 0)


def test_snapshots() -> None:
    timed = PRESET_LIBRARY.find("snapshot_by_time_offset", 10).parameters
    assert (timed.format, timed.width, timed.height, timed.fill_type) == ("jpg", 0, 0, "stretch")
    sampled = PRESET_LIBRARY.find("sample_snapshot", 10).parameters
    assert (sampled.format, sampled.width, sampled.height, sampled.fill_type) == ("jpg", 0, 0, "stretch")
    assert (sampled.sample_type, sampled.sample_interval) == ("percent", 10)


def test_an_unknown_template_lists_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match="no animated_graphic template 10: choose one of 20000, 20001"):
        PRESET_LIBRARY.find("animated_graphic", 10)


def test_parameters_of_items() -> None:
    raw = {"container": "ts", "video": {"crf": 20}}
    items = parse_workflow(definition(jobs={"transcode": [{"template": 100030}, {"parameters": raw}]})).jobs.transcode
    assert parameters_of(items[0]) is PRESET_LIBRARY.find("transcode", 100030).parameters
    assert parameters_of(items[1]).video.crf == 20
    assert [item.definition for item in items] == [100030, 0]


@pytest.mark.parametrize("key", PRESETS)
def test_each_preset_can_be_used(key: tuple[str, int]) -> None:
    kind, id_ = key
    more: dict[str, dict[str, Any]] = {
        "snapshot_by_time_offset": {"time_offsets": ["0s"]},
        "animated_graphic": {"end_offset_s": 1},
    }
    parse_workflow(definition(jobs={kind: [{"template": id_, **more.get(kind, {})}]}))


@pytest.mark.parametrize(
    ("kind", "more", "pattern"),
    [
        ("transcode", {"template": 100010}, "{inputName}_transcode_{definition}.{format}"),
        (
            "snapshot_by_time_offset",
            {"template": 10, "time_offsets": ["0s"]},
            "{inputName}_snapshotByTimeOffset_{definition}_{number}.{format}",
        ),
        ("sample_snapshot", {"template": 10}, "{inputName}_sampleSnapshot_{definition}_{number}.{format}"),
        (
            "animated_graphic",
            {"template": 20000, "end_offset_s": 1},
            "{inputName}_animatedGraphic_{definition}.{format}",
        ),
    ],
)
def test_default_names(kind: str, more: dict[str, object], pattern: str) -> None:
    [(_, [item])] = parse_workflow(definition(jobs={kind: [more]})).jobs.by_kind()
    assert item.path_pattern == pattern

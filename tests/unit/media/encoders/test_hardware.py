"""Commands for hardware encoders. None is here: what they say to one that is, is checked word by word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ffmpeg
import pytest

from media_workflows.domain.jobs.stream_limits import HARDWARE_CODECS
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import HardwareUnavailableError
from media_workflows.media.encoders import hardware
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs import transcode
from media_workflows.media.plan.planned import Plan, build_plan
from probed import video_stream

VIDEO = video_stream()
INFO = MediaInfo(container="mov,mp4", duration_s=20, size_bytes=1, bitrate_bps=1, video=VIDEO)


def told(**asked: Any) -> dict[str, Any]:
    options = hardware.options(VideoParameters.model_validate(asked), VIDEO)
    return {name: value for name, value in options.items() if name not in ("fps_mode", "enc_time_base")}


def plan(*videos: dict[str, Any], **context: Any) -> Plan:
    items = [TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": video}}) for video in videos]
    whole = BuildContext(Path("/in/a.mp4"), INFO, Path("/work"), BUNDLED_FONT, **context)
    return build_plan(transcode.build, whole, dict(enumerate(items)))


@pytest.mark.parametrize(
    ("codec", "encoder", "name"),
    [("h264", "nvenc", "h264_nvenc"), ("h265", "qsv", "hevc_qsv"), ("av1", "vaapi", "av1_vaapi")],
)
def test_names(codec: str, encoder: str, name: str) -> None:
    assert told(codec=codec, encoder=encoder)["c:v"] == name


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"encoder": "nvenc", "crf": 20}, {"rc": "vbr", "cq": 20, "b:v": 0}),
        ({"encoder": "nvenc", "crf": 0}, {"rc": "vbr", "cq": 1, "b:v": 0}),
        ({"encoder": "nvenc"}, {"rc": "vbr", "cq": 23, "b:v": 0}),
        (
            {"encoder": "nvenc", "bitrate_kbps": 1000},
            {"rc": "vbr", "b:v": "1000k", "maxrate": "1500k", "bufsize": "2000k"},
        ),
        ({"encoder": "nvenc", "bitrate_kbps": 1000, "mode": "abr"}, {"rc": "vbr", "b:v": "1000k"}),
        (
            {"encoder": "nvenc", "bitrate_kbps": 1000, "mode": "cbr"},
            {"rc": "cbr", "b:v": "1000k", "maxrate": "1000k", "minrate": "1000k", "bufsize": "2000k"},
        ),
        ({"encoder": "qsv", "codec": "h265", "crf": 20}, {"global_quality:v": 20}),
        ({"encoder": "qsv", "bitrate_kbps": 1000, "mode": "abr"}, {"b:v": "1000k"}),
        ({"encoder": "vaapi", "crf": 20}, {"rc_mode": "CQP", "global_quality:v": 20}),
        ({"encoder": "vaapi", "codec": "av1", "crf": 20}, {"rc_mode": "CQP", "global_quality:v": 100}),
        (
            {"encoder": "vaapi", "bitrate_kbps": 1000, "mode": "cbr"},
            {"rc_mode": "CBR", "b:v": "1000k", "maxrate": "1000k", "minrate": "1000k", "bufsize": "2000k"},
        ),
        ({"encoder": "vaapi", "bitrate_kbps": 1000, "mode": "abr"}, {"rc_mode": "VBR", "b:v": "1000k"}),
    ],
)
def test_rate_control(asked: dict[str, Any], expected: dict[str, Any]) -> None:
    found = told(**asked)
    assert {name: found[name] for name in found if name not in ("c:v", "forced-idr", "forced_idr")} == expected


@pytest.mark.parametrize(
    ("encoder", "expected"),
    [
        ("nvenc", {"profile:v": "baseline", "level:v": "4.1", "g": 50, "no-scenecut": 1, "forced-idr": 1}),
        ("qsv", {"profile:v": "baseline", "level:v": 41, "g": 50, "adaptive_i": 0, "forced_idr": 1}),
        ("vaapi", {"profile:v": "constrained_baseline", "level:v": "4.1", "g": 50}),
    ],
)
def test_profile_level_and_key_frames(encoder: str, expected: dict[str, Any]) -> None:
    found = told(encoder=encoder, profile="baseline", level="4.1", gop_s=2, no_scene_cut=True)
    assert expected.items() <= found.items()
    assert told(encoder=encoder, b_frames=2)["bf"] == 2


@pytest.mark.parametrize(
    ("encoder", "eight", "ten"),
    [("nvenc", "yuv420p", "p010le"), ("qsv", "nv12", "p010le"), ("vaapi", "nv12", "p010le")],
)
def test_pixel_formats(encoder: str, eight: str, ten: str) -> None:
    def given(bits: int) -> str:
        asked = {"codec": "h265", "encoder": encoder, "bit_depth": bits}
        return hardware.pixel_format(VideoParameters.model_validate(asked))

    assert (given(8), given(10)) == (eight, ten)


def test_vaapi_uploads_frames_to_one_device() -> None:
    made = plan(*({"encoder": "vaapi", "height": height} for height in (360, 720)))
    arguments = ffmpeg.compile(made.graphs[0])
    assert arguments.count("-init_hw_device") == 1
    assert arguments[arguments.index("-init_hw_device") + 1] == "vaapi=gpu"
    assert arguments[arguments.index("-filter_hw_device") + 1] == "gpu"
    graph = arguments[arguments.index("-filter_complex") + 1]
    assert graph.count("hwupload") == 2
    assert "format=nv12" in graph


@pytest.mark.parametrize("encoder", ["nvenc", "qsv"])
def test_the_others_take_frames_from_memory(encoder: str) -> None:
    arguments = ffmpeg.compile(plan({"encoder": encoder}).graphs[0])
    assert "-init_hw_device" not in arguments
    assert not any("hwupload" in argument for argument in arguments)


def test_an_encoder_that_is_not_there_fails_its_item_alone() -> None:
    def refuse(parameters: VideoParameters) -> None:
        if parameters.encoder != "software":
            raise HardwareUnavailableError("no")

    made = plan({"encoder": "qsv"}, {"codec": "h264"}, require_encoder=refuse)
    assert isinstance(made.failures[0], HardwareUnavailableError)
    assert list(made.items) == [1]


def test_every_codec_of_the_model_has_a_name() -> None:
    for encoder, codecs in HARDWARE_CODECS.items():
        for codec in codecs:
            assert told(codec=codec, encoder=encoder)["c:v"].endswith(f"_{encoder}")

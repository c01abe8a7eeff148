"""What the source's picture goes through, by what the probe says of it. Nothing runs here."""

from __future__ import annotations

from typing import Any

import ffmpeg
import pytest

from media_workflows.domain.media_info import VideoStream
from media_workflows.media.filters.geometry import Fit, Size
from media_workflows.media.filters.source_picture import drawn, is_hdr, missing_tags, pad_last_frame, source_picture

HD = {"width": 1920, "height": 1080, "display_width": 1920, "display_height": 1080}
SD = {"width": 720, "height": 576, "display_width": 720, "display_height": 576}
BT709 = {"color_primaries": "bt709", "color_transfer": "bt709", "color_matrix": "bt709"}
HDR10 = {"color_primaries": "bt2020", "color_transfer": "smpte2084", "color_matrix": "bt2020nc", "bit_depth": 10}
SMALL = Fit(Size(960, 540), Size(960, 960))


def video(**fields: Any) -> VideoStream:
    facts = {"index": 0, "codec": "h264", "rotation": 0, "fps": 25, "pixel_format": "yuv420p", **HD, **fields}
    return VideoStream.model_validate(facts)


def filters(stream: Any) -> str:
    arguments = ffmpeg.compile(stream.output("x"))
    return arguments[arguments.index("-filter_complex") + 1] if "-filter_complex" in arguments else ""


def ready(**fields: Any) -> str:
    return filters(source_picture(ffmpeg.input("a")["0"], video(**fields)))


def shown(hdr: Any = "sdr", **fields: Any) -> str:
    return filters(drawn(ffmpeg.input("a")["0"], video(**fields), SMALL, hdr))


def test_a_plain_source_is_left_alone() -> None:
    assert ready(**BT709) == ""
    assert "zscale" not in shown(**BT709)


def test_only_interlaced_frames_are_deinterlaced() -> None:
    assert "bwdif=deint=interlaced:mode=send_frame" in ready(**BT709, is_interlaced=True)
    off = source_picture(ffmpeg.input("a")["0"], video(**BT709, is_interlaced=True), "off")
    assert "bwdif" not in filters(off)


def test_fields_of_a_picture_turned_by_a_quarter_are_no_lines() -> None:
    assert "bwdif" not in ready(**BT709, is_interlaced=True, rotation=90)


@pytest.mark.parametrize(
    ("facts", "tags"),
    [
        (HD, ("bt709", "bt709", "bt709")),
        (SD, ("smpte170m", "smpte170m", "smpte170m")),
        ({"color_matrix": "bt470bg"}, ("bt470bg", "smpte170m", None)),
        ({"color_primaries": "bt2020"}, (None, "bt2020-10", "bt2020nc")),
        ({"color_matrix": "bt2020nc", "bit_depth": 10}, ("bt2020", "smpte2084", None)),
        ({"color_transfer": "arib-std-b67"}, ("bt2020", None, "bt2020nc")),
        ({"pixel_format": "rgb24", "color_matrix": "gbr"}, ("bt709", "bt709", "bt709")),
    ],
)
def test_missing_tags_are_guessed_as_players_do(facts: dict[str, Any], tags: tuple[str | None, ...]) -> None:
    found = missing_tags(video(**facts))
    assert tuple(found.get(name) for name in ("color_primaries", "color_trc", "colorspace")) == tags


def test_tone_mapping_comes_behind_the_scaling_and_before_the_bars() -> None:
    text = shown(**HDR10)
    places = [text.index(name) for name in ("scale=960:540", "tonemap=hable", "range=limited", "pad=960:960")]
    assert places == sorted(places)
    assert is_hdr(video(**HDR10))


def test_a_larger_output_is_tone_mapped_at_the_sources_size() -> None:
    text = filters(drawn(ffmpeg.input("a")["0"], video(**HDR10), Fit(Size(3840, 2160), Size(3840, 2160))))
    assert text.index("tonemap") < text.index("scale=3840:2160")


def test_kept_hdr_is_not_touched() -> None:
    assert "zscale" not in shown("keep", **HDR10)


def test_a_wide_gamut_is_brought_to_bt709_without_a_tone_curve() -> None:
    text = shown(color_primaries="bt2020", color_transfer="bt2020-10", color_matrix="bt2020nc", bit_depth=10)
    assert "zscale=matrix=bt709:primaries=bt709" in text
    assert "tonemap" not in text


def test_the_last_frame_is_held_as_long_as_asked() -> None:
    short = video(**BT709, duration_s=2)
    stream = ffmpeg.input("a")["0"]
    assert "tpad=stop_duration=10.000000:stop_mode=clone" in filters(pad_last_frame(stream, short, 12))
    assert "tpad=stop_duration=8.000000:stop_mode=clone" in filters(pad_last_frame(stream, short, 12, from_s=4))
    assert pad_last_frame(stream, short, 2.05) is stream

"""The values of `source.*` for an object: what is known, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest

from media_workflows.domain.conditions.source import SOURCE, SourceProperties, source_values
from media_workflows.domain.conditions.variables import ValueType
from media_workflows.domain.media_info import AudioStream, MediaInfo, SubtitleStream, VideoStream

PORTRAIT: dict[str, Any] = {
    "index": 0,
    "codec": "hevc",
    "width": 3840,
    "height": 2160,
    "display_width": 2160,
    "display_height": 3840,
    "rotation": -90,
    "fps": 29.97,
    "is_vfr": False,
    "pixel_format": "yuv420p10le",
    "bit_depth": 10,
    "hdr": "HLG",
}
TYPES = {
    ValueType.BOOLEAN: bool,
    ValueType.INTEGER: int,
    ValueType.NUMBER: float,
    ValueType.TEXT: str,
    ValueType.TEXTS: list,
    ValueType.TEXT_MAP: dict,
}


def track(index: int, language: str = "", decodable: bool = True) -> AudioStream:
    return AudioStream(
        index=index, codec="aac", sample_rate_hz=48000, channels=2, language=language, is_decodable=decodable
    )


def info(**fields: Any) -> MediaInfo:
    return MediaInfo.model_validate(
        {"container": "mov,mp4,m4a,3gp,3g2,mj2", "duration_s": 12.5, "size_bytes": 1, "bitrate_bps": 2_500_000} | fields
    )


FULL = SourceProperties(
    "in/news/Clip.v2.MOV",
    1234,
    {"title": "x"},
    {"owner": "y"},
    info(
        video=VideoStream(**PORTRAIT),
        audio=(track(1, "eng"), track(2, "zho"), track(3, "eng"), track(4)),
        subtitles=(SubtitleStream(index=5, codec="mov_text", is_text=True),),
    ),
)


def test_a_whole_file() -> None:
    assert {name.removeprefix("source."): value for name, value in source_values(FULL).items()} == {
        "key": "in/news/Clip.v2.MOV",
        "name": "Clip.v2.MOV",
        "directory": "in/news/",
        "extension": "mov",
        "size_bytes": 1234,
        "metadata": {"title": "x"},
        "tags": {"owner": "y"},
        "container": "mov",
        "duration_s": 12.5,
        "bitrate_kbps": 2500.0,
        "has_video": True,
        "has_audio": True,
        "width": 2160,
        "height": 3840,
        "short_edge": 2160,
        "long_edge": 3840,
        "fps": 29.97,
        "is_vfr": False,
        "video_codec": "hevc",
        "bit_depth": 10,
        "is_hdr": True,
        "interlaced": False,
        "rotation": 270,
        "audio_codec": "aac",
        "channels": 2,
        "audio_tracks": 4,
        "languages": ["eng", "zho"],
        "subtitle_tracks": 1,
    }


def test_each_variable_is_of_its_type() -> None:
    values = source_values(FULL)
    assert {variable.name: type(values[variable.name]) for variable in SOURCE} == {
        variable.name: TYPES[variable.type] for variable in SOURCE
    }


def test_only_the_object_is_known_before_it_is_read() -> None:
    assert source_values(SourceProperties("a", 5)) == {
        "source.key": "a",
        "source.name": "a",
        "source.directory": "",
        "source.extension": "",
        "source.size_bytes": 5,
        "source.metadata": {},
    }


def test_a_file_without_video_has_no_values_of_video() -> None:
    values = source_values(SourceProperties("a.mp3", 5, info=info(container="mp3", audio=(track(0, decodable=False),))))
    unknown = {variable.name.removeprefix("source.") for variable in SOURCE if variable.name not in values}
    assert unknown == {
        *("tags", "width", "height", "short_edge", "long_edge", "fps", "is_vfr", "video_codec", "bit_depth", "is_hdr"),
        *("interlaced", "rotation", "audio_codec", "channels"),
    }
    assert (values["source.has_video"], values["source.has_audio"], values["source.audio_tracks"]) == (False, False, 1)


@pytest.mark.parametrize("field", ["duration_s", "bitrate_bps"])
def test_zero_is_unknown(field: str) -> None:
    values = source_values(SourceProperties("a.mp4", 5, info=info(**{field: 0})))
    assert ("source.duration_s" in values, "source.bitrate_kbps" in values) == (
        field != "duration_s",
        field != "bitrate_bps",
    )


@pytest.mark.parametrize(
    ("key", "container", "shown"),
    [
        ("a.mp4", "mov,mp4,m4a,3gp,3g2,mj2", "mp4"),
        ("a.bin", "mov,mp4,m4a,3gp,3g2,mj2", "mov"),
        ("a.webm", "matroska,webm", "webm"),
        ("a.mkv", "matroska,webm", "matroska"),
        ("a.mp4", "mpegts", "mpegts"),
    ],
)
def test_the_container_is_one_name(key: str, container: str, shown: str) -> None:
    assert source_values(SourceProperties(key, 5, info=info(container=container)))["source.container"] == shown

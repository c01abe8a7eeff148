"""Which tracks an item keeps, and how it names the others. Nothing runs here."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import AudioStream, FurtherStream, MediaInfo, SubtitleStream
from media_workflows.errors import MediaError
from media_workflows.media.filters.source_sound import language_notices
from media_workflows.media.jobs.track_selection import ladder_notices, selection
from probed import video_stream

VIDEO = video_stream()
SOUNDS = (
    AudioStream(index=1, codec="aac", sample_rate_hz=48_000, channels=2, language="eng"),
    AudioStream(index=2, codec="vorbis", sample_rate_hz=48_000, channels=2),
    AudioStream(index=3, codec="ac4", sample_rate_hz=48_000, channels=2, is_decodable=False),
)
TEXTS = (
    SubtitleStream(index=4, codec="subrip", language="eng", is_text=True),
    SubtitleStream(index=5, codec="hdmv_pgs_subtitle", is_text=False),
    SubtitleStream(index=6, codec="ttml", is_text=True),
)
OTHERS = (FurtherStream(index=7, type="data", codec="scte_35"), FurtherStream(index=8, type="video", codec="vp8"))
INFO = MediaInfo(
    container="matroska",
    duration_s=9,
    size_bytes=1,
    bitrate_bps=1,
    video=VIDEO,
    audio=SOUNDS,
    subtitles=TEXTS,
    further=OTHERS,
)


def item(container: str, video: dict[str, Any] | None, audio: dict[str, Any] | None, **fields: Any) -> TranscodeItem:
    return TranscodeItem.model_validate(
        {"parameters": {"container": container, "video": video, "audio": audio}, **fields}
    )


def remux(container: str) -> TranscodeItem:
    return item(container, {"codec": "copy"}, {"codec": "copy", "channels": 0})


def reasons(asked: TranscodeItem, info: MediaInfo = INFO) -> dict[int, str]:
    """By track: why it is left out, or what it is converted to."""
    notices = selection(asked.resolved_parameters, asked, info).notices
    return {int(n.parameters["index"]): str(n.parameters.get("to", n.parameters.get("reason"))) for n in notices}


@pytest.mark.parametrize("container", ["mkv", "mp4", "mov", "webm"])
def test_an_encode_keeps_text_subtitles(container: str) -> None:
    asked = item(container, {"codec": "av1"} if container == "webm" else {}, None)
    asked = asked.model_copy(
        update={"parameters": asked.resolved_parameters.model_copy(update={"subtitles": "source"})}
    )
    kept = selection(asked.resolved_parameters, asked, INFO)
    assert kept.copied == (4,)
    assert set(kept.options) == {"c:s:0", "disposition:v:0"}
    found = reasons(asked)
    assert (found[5], found[6]) == ("not_convertible", "not_convertible")
    assert {7, 8} <= set(found)
    assert (4 in found) == (container != "mkv")  # a notice of the conversion


@pytest.mark.parametrize(
    ("parameters", "fields", "expected"),
    [
        ({"container": "ts"}, {}, "one of the containers mkv, mov, mp4, webm"),
        ({"container": "mkv", "video": None, "audio": {}}, {}, "requires `video`"),
        ({"container": "mp4"}, {"end_offset_s": 1}, "keeps whole tracks"),
        ({"container": "mp4"}, {"head": ["a.mp4"]}, "keeps whole tracks"),
    ],
)
def test_where_subtitles_cannot_be_kept(parameters: dict[str, Any], fields: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        TranscodeItem.model_validate({"parameters": {"video": {}, "subtitles": "source", **parameters}, **fields})


def test_matroska_leaves_out_what_nothing_decodes_or_holds() -> None:
    kept = selection(remux("mkv").resolved_parameters, remux("mkv"), INFO)
    assert [track.index for track in kept.audio] == [1, 2]
    assert kept.copied == (8, 4, 5)
    assert (kept.options["c:s:0"], kept.options["c:s:1"]) == ("copy", "copy")
    assert reasons(remux("mkv")) == {6: "not_convertible", 7: "data"}


def test_mp4_converts_text_and_names_pictures_of_text() -> None:
    found = reasons(remux("mp4"))
    assert found == {
        2: "container",
        4: "mov_text",
        5: "not_convertible",
        6: "not_convertible",
        7: "data",
        8: "container",
    }
    assert selection(remux("mp4").resolved_parameters, remux("mp4"), INFO).options["c:s:0"] == "mov_text"


FILM = AudioStream(index=1, codec="aac", sample_rate_hz=48_000, channels=2, language="eng", is_default=True)
DUBS = (
    FILM,
    FILM.model_copy(update={"index": 2, "language": "ger", "is_default": False, "is_visual_impaired": True}),
    FILM.model_copy(update={"index": 3, "language": "de-AT", "is_default": False}),
    FILM.model_copy(update={"index": 4, "language": "deu", "is_default": False}),
    FILM.model_copy(update={"index": 5, "language": "chi", "is_default": False}),
    FILM.model_copy(update={"index": 6, "language": "fra", "is_default": False, "is_decodable": False}),
)


@pytest.mark.parametrize(
    ("language", "index"),
    [
        ("", 1),
        ("en", 1),
        ("de", 4),
        ("deu", 4),
        ("de-AT", 3),
        ("de-CH", 3),
        ("zh", 5),
        ("zh-Hans", 5),
        ("fr", 1),
        ("ja", 1),
    ],
)
def test_the_track_of_a_language(language: str, index: int) -> None:
    info = INFO.model_copy(update={"audio": DUBS})
    asked = item("mp4", None, {"source_language": language})
    audio = asked.resolved_parameters.audio
    assert [track.index for track in selection(asked.resolved_parameters, asked, info).audio] == [index]
    missing = [notice.code for notice in language_notices(audio, info)]
    assert missing == (["LanguageMissing"] if language in ("fr", "ja") else [])


def test_containers_of_one_sound() -> None:
    assert {index: why for index, why in reasons(remux("hls")).items() if index < 4} == {
        2: "one_track",
    }


@pytest.mark.parametrize(
    ("audio", "joins", "expected"),
    [
        ({}, {}, {2: "not_selected"}),
        ({"tracks": "all"}, {}, {}),
        ({"tracks": "all"}, {"head": ["a.mp4"]}, {2: "joined"}),
        (None, {}, {}),
    ],
)
def test_sounds_of_a_transcode(audio: dict[str, Any] | None, joins: dict[str, Any], expected: dict[int, str]) -> None:
    found = reasons(item("mp4", {}, audio, **joins))
    assert {index: why for index, why in found.items() if index < 4} == expected


def test_burned_in_subtitles_are_not_left_out() -> None:
    burned = item("mp4", {}, None, burned_in_subtitles={"track": 0})
    assert 4 not in reasons(burned)
    assert reasons(burned)[5] == "not_selected"


def test_a_sentence_names_the_track() -> None:
    asked = item("mp4", {}, {})
    messages = [notice.message for notice in selection(asked.resolved_parameters, asked, INFO).notices]
    assert "subtitle track 4 (subrip, eng) is left out: this item writes no subtitles" in messages
    assert "audio track 2 (vorbis) is left out: this item keeps only the main track" in messages


def test_no_sound_that_decodes_fails_the_item() -> None:
    silent = INFO.model_copy(update={"audio": SOUNDS[2:]})
    with pytest.raises(MediaError, match="cannot be decoded"):
        selection(remux("mkv").resolved_parameters, remux("mkv"), silent)


@pytest.mark.parametrize(("subtitles", "texts"), [("none", {4, 5, 6}), ("source", {5})])
def test_a_ladder(subtitles: str, texts: set[int]) -> None:
    streams = [{"video": {"codec": "h264"}, "audio": {"codec": "aac"}}]
    parameters = {"format": "hls", "streams": streams, "subtitles": subtitles}
    notices = ladder_notices(AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters}), INFO)
    assert {notice.parameters["index"] for notice in notices} == {2, *texts, 7, 8}


def test_a_ladder_of_sound_names_sounds_only() -> None:
    parameters = {"format": "hls", "streams": [{"audio": {"codec": "aac"}}], "pure_audio": True}
    notices = ladder_notices(AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters}), INFO)
    assert {notice.parameters["index"] for notice in notices} == {2}

"""What no encoder, and no picture, can be: refused with the reason when it is saved."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingParameters
from media_workflows.domain.jobs.transcode import TranscodeParameters


@pytest.mark.parametrize(
    ("streams", "problem"),
    [
        ({"video": {"edit": {"crop": {"left": "60%", "right": "40%"}}}}, "left and right cut the whole picture off"),
        ({"video": {"edit": {"crop": {"top": "-3px"}}}}, "crop.top"),
        ({"video": {"edit": {"rotate_degrees": 45}}}, "rotate_degrees"),
        ({"video": {"codec": "copy", "edit": {"flip": "vertical"}}}, "keeps the stream as it is: leave out edit"),
        ({"video": {"codec": "prores", "crf": 20}}, "codec 'prores' has its bitrate from its profile"),
        ({"video": {"codec": "prores", "gop_s": 2}}, "codec 'prores' has its bitrate from its profile"),
        ({"video": {"codec": "prores", "profile": "high"}}, "codec 'prores' has no profile 'high'"),
        ({"video": {"codec": "h264", "profile": "proxy"}}, "codec 'h264' has no profile 'proxy'"),
        ({"video": {"codec": "prores", "encoder": "qsv"}}, "encoder 'qsv' supports the codecs"),
        ({"audio": {"codec": "ac3", "channels": 8}}, "codec 'ac3' has 5.1 channels at most"),
        ({"audio": {"codec": "he-aac", "channels": 8}}, "codec 'he-aac' has 5.1 channels at most"),
        ({"audio": {"codec": "he-aac", "bitrate_kbps": 129}}, "at most 64 for each channel"),
        ({"audio": {"codec": "he-aac", "sample_rate_hz": 22_050}}, "0, 32000, 44100, 48000"),
        ({"audio": {"codec": "mp3", "channels": 8}}, "codec 'mp3' supports mono and stereo only"),
        ({"audio": {"codec": "aac", "tracks": "all", "source_language": "de"}}, "leave out source_language"),
        ({"audio": {"codec": "aac", "source_language": "German!"}}, "source_language"),
    ],
)
def test_streams_are_refused(streams: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        TranscodeParameters.model_validate({"container": "mkv", **streams})


def test_prores_needs_a_container_that_holds_it() -> None:
    with pytest.raises(ValidationError, match="container 'mp4' supports the video codecs"):
        TranscodeParameters.model_validate({"container": "mp4", "video": {"codec": "prores"}})


@pytest.mark.parametrize(
    ("streams", "field"),
    [
        ([{"video": {"edit": {"rotate_degrees": 90}}}, {"video": {"height": 360}}], "video.edit"),
        (
            [{"video": {}, "audio": {"source_language": "de"}}, {"video": {"height": 360}, "audio": {}}],
            "audio.source_language",
        ),
    ],
)
def test_the_streams_of_a_ladder_agree(streams: list[dict[str, Any]], field: str) -> None:
    with pytest.raises(ValidationError, match=f"all streams must have the same {field}"):
        AdaptiveDynamicStreamingParameters.model_validate({"format": "hls", "streams": streams})

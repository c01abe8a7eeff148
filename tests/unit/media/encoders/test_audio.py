"""Arguments of audio encoders."""

from __future__ import annotations

import pytest

from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.jobs.transcode import TranscodeParameters
from media_workflows.domain.media_info import AudioStream
from media_workflows.media.encoders.audio import channel_notices, form, options


@pytest.mark.parametrize(("source_hz", "rate_hz"), [(96_000, 48_000), (44_100, 44_100), (8_000, 32_000)])
def test_he_aac(source_hz: int, rate_hz: int) -> None:
    asked = AudioParameters(codec="he-aac", bitrate_kbps=48, channels=0)
    track = AudioStream(index=1, codec="pcm_s16le", sample_rate_hz=source_hz, channels=8)
    expected = {"c:a": "libfdk_aac", "profile:a": "aac_he", "b:a": "48k", "ac": 6, "ar": rate_hz}
    assert options(asked, track, "mp4") == expected
    assert form(asked, track, "mp4") == (6, rate_hz)


@pytest.mark.parametrize(("channels", "kbps"), [(1, "64k"), (2, "128k"), (6, "192k")])
def test_he_aac_gets_no_more_for_each_channel_of_the_source_than_it_encodes(channels: int, kbps: str) -> None:
    asked = AudioParameters(codec="he-aac", bitrate_kbps=192, channels=0)
    track = AudioStream(index=1, codec="aac", sample_rate_hz=48_000, channels=channels)
    assert options(asked, track, "mp4")["b:a"] == kbps


def test_he_aac_is_asked_of_the_installation() -> None:
    parameters = TranscodeParameters(container="m4a", audio=AudioParameters(codec="he-aac"))
    assert parameters.encodings == (Encoding("audio", "he-aac"),)


@pytest.mark.parametrize(
    ("codec", "asked", "source", "container", "made"),
    [
        ("aac", 0, 8, "ts", 6),
        ("aac", 8, 8, "ts", 6),
        ("aac", 8, 2, "ts", 6),
        ("aac", 0, 16, "ts", 6),
        ("aac", 2, 8, "ts", 2),
        ("aac", 0, 6, "ts", 0),
        ("aac", 0, 7, "ts", 0),  # 6.1, which ADTS has a number for
        ("aac", 0, 8, "mp4", 0),
        ("aac", 8, 8, "mp4", 8),
        ("ac3", 0, 8, "ts", 6),
        ("mp3", 0, 6, "mp3", 2),
    ],
)
def test_channels_that_a_codec_does_not_have_in_a_container(
    codec: str, asked: int, source: int, container: str, made: int
) -> None:
    parameters = AudioParameters.model_validate({"codec": codec, "channels": asked})
    track = AudioStream(index=0, codec="flac", sample_rate_hz=48_000, channels=source)
    assert options(parameters, track, container).get("ac", 0) == made
    assert form(parameters, track, container)[0] in (0, made or source)
    notices = list(channel_notices(parameters, [track, track], container))
    expected = [{"codec": codec, "container": container, "channels": asked or source, "most": made}]
    assert [one.parameters for one in notices] == (expected if 0 < made < (asked or source) else [])

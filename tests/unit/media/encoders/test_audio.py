"""Arguments of audio encoders."""

from __future__ import annotations

import pytest

from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.jobs.transcode import TranscodeParameters
from media_workflows.domain.media_info import AudioStream
from media_workflows.media.encoders.audio import form, options


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

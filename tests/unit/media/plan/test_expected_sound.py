"""What the sound of an output must be, by what was asked and by the source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import AudioStream, MediaInfo
from media_workflows.media.plan.expected_sound import expected_sound
from media_workflows.media.source.sound_segment import SoundSegment, concatenated, whole_track
from media_workflows.media.verify.sound import _places, _worst

SURROUND = AudioStream(index=1, codec="dts", sample_rate_hz=96_000, channels=6, channel_layout="5.1(side)")
MONO = AudioStream(index=1, codec="aac", sample_rate_hz=48_000, channels=1, channel_layout="mono")
ODD = SURROUND.model_copy(update={"channels": 5, "sample_rate_hz": 22_050})


@pytest.mark.parametrize(
    ("asked", "container", "track", "form"),
    [
        ({"codec": "aac"}, "mp4", SURROUND, (2, 96_000)),
        ({"codec": "aac", "channels": 0, "sample_rate_hz": 44_100}, "mp4", SURROUND, (6, 44_100)),
        ({"codec": "mp3", "channels": 0}, "mp3", SURROUND, (2, 48_000)),
        ({"codec": "mp3"}, "flv", ODD, (2, 22_050)),
        ({"codec": "opus", "sample_rate_hz": 16_000}, "ogg", SURROUND, (2, 48_000)),
        ({"codec": "ac3", "channels": 6}, "mkv", ODD, (6, 0)),
        ({"codec": "opus", "channels": 8}, "mkv", SURROUND, (8, 48_000)),
        ({"codec": "flac", "channels": 0}, "flac", ODD, (0, 22_050)),
        ({"codec": "pcm"}, "mxf", SURROUND, (2, 48_000)),
        ({"codec": "aac", "channels": 8}, "ts", SURROUND, (6, 96_000)),
        ({"codec": "copy", "channels": 0}, "mkv", SURROUND, (0, 0)),
        ({"codec": "he-aac"}, "mp4", MONO, (2, 48_000)),
        # ffmpeg decodes it as stereo: it may have parametric stereo
        ({"codec": "he-aac", "channels": 1}, "mp4", SURROUND, (0, 48_000)),
        ({"codec": "he-aac", "channels": 0}, "mp4", MONO, (0, 48_000)),
    ],
)
def test_form(asked: dict[str, Any], container: str, track: AudioStream, form: tuple[int, int]) -> None:
    sound = expected_sound(AudioParameters(**asked), track, container, [])
    assert (sound.channels, sound.sample_rate_hz) == form
    assert not sound.layouts or sound.channels


@pytest.mark.parametrize("premix", ["", "stereo"])
def test_layouts_are_those_of_the_channels_that_are_made(premix: str) -> None:
    sound = expected_sound(AudioParameters(codec="aac", channels=8), SURROUND, "ts", [], premix)
    assert (sound.channels, sound.layouts) == (6, {"5.1", "5.1(side)"})


@pytest.mark.parametrize(
    ("asked", "tolerance_db"),
    [
        ({"bitrate_kbps": 128}, 3),
        ({"bitrate_kbps": 64}, 4),
        ({"bitrate_kbps": 24}, 8),
        ({"bitrate_kbps": 64, "channels": 1}, 3),
        ({}, 4),
        ({"codec": "flac"}, 3),
    ],
)
def test_low_rates_may_change_more(asked: dict[str, Any], tolerance_db: float) -> None:
    assert expected_sound(AudioParameters(**asked), SURROUND, "mp4", []).tolerance_db == tolerance_db


def piece(start_s: float = 0, duration_s: float = 20, **more: Any) -> SoundSegment:
    track = SURROUND.model_copy(update={"start_s": start_s, "duration_s": duration_s})
    facts: dict[str, Any] = {"source_s": 0.0, "output_s": 0.0, "length_s": 20.0}
    return SoundSegment(Path("a.mkv"), track, **{**facts, **more})


class TestPlaces:
    def test_two_at_each_end_and_one_between(self) -> None:
        assert [place.source_s for place in _places(piece())] == [0, 0.5, 9.75, 19, 19.5]

    def test_sound_that_begins_late_and_ends_early(self) -> None:
        found = _places(piece(start_s=4, duration_s=8))
        assert (found[0].source_s, found[-1].source_s) == (4, 11.5)

    def test_a_part_has_its_own_clock(self) -> None:
        found = _places(piece(source_s=5, length_s=10))
        assert [(place.source_s, place.output_s) for place in (found[0], found[-1])] == [(5, 0), (14.5, 9.5)]

    def test_short_sound(self) -> None:
        assert len(_places(piece(duration_s=0.3))) == 1
        assert _places(piece(duration_s=0.1)) == []

    def test_joined_ones_are_checked_at_the_outer_ends(self) -> None:
        pieces = concatenated([piece(), None, piece()], [20, 3, 20])
        assert [one.output_s for one in pieces] == [0, 23]
        assert [len(_places(one)) for one in pieces] == [3, 3]
        assert pieces[1].slack_s == 1


def test_a_transport_stream_may_begin_with_its_sound() -> None:
    track = SURROUND.model_copy(update={"start_s": 0.7})
    info = MediaInfo(container="mpegts", duration_s=9, size_bytes=1, bitrate_bps=1, audio=(track,))
    assert whole_track(Path("a.ts"), info, track).slack_s == 0.7


class TestLevels:
    def test_the_worst_channel_is_named(self) -> None:
        assert _worst([(-11, -10), (-29, -28)], [-11, -17], 3) == (1, -28, -17)

    def test_a_level_within_the_bounds_or_the_tolerance_is_right(self) -> None:
        assert _worst([(-30, -10), (-20, -20)], [-15, -22.9], 3) is None

    def test_noise_is_not_compared(self) -> None:
        assert _worst([(-10, -10), (-90, -90)], [-10, -45], 3) is None
        assert _worst([(-10, -10), (-90, -90)], [-10, -30], 3) == (1, -90, -30)

    def test_low_bitrates_let_channels_leak(self) -> None:
        assert _worst([(-11, -11), (-200, -200)], [-11, -35], 8) is None

    def test_nothing_found_is_silence(self) -> None:
        worst = _worst([(-10, -10)], [], 3)
        assert worst is not None
        assert worst[0] == 0

    def test_a_channel_may_be_left_out(self) -> None:
        assert _worst([(-10, -10), (-20, -20)], [-10, -60], 3, skipped=[1]) is None

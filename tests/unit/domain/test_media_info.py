"""What was stored before `MediaInfo` grew still reads, and the sound to keep is chosen."""

from __future__ import annotations

from fractions import Fraction

from media_workflows.domain.media_info import AudioStream, MediaInfo
from media_workflows.vendor_mps.event_shapes import video_streams

OLD = {
    "container": "mov,mp4",
    "duration_s": 2.0,
    "size_bytes": 1,
    "bitrate_bps": 1,
    "video": {
        "index": 0,
        "codec": "h264",
        "width": 160,
        "height": 120,
        "display_width": 160,
        "display_height": 120,
        "rotation": 0,
        "fps": 29.97,
        "pixel_format": "yuv420p",
    },
    "audio": [{"index": 1, "codec": "aac", "sample_rate_hz": 44100, "channels": 1, "bitrate_bps": 0}],
}


def _info(*tracks: AudioStream) -> MediaInfo:
    return MediaInfo(container="mp4", duration_s=1, size_bytes=1, bitrate_bps=1, audio=tracks)


def _track(index: int, **fields: bool) -> AudioStream:
    return AudioStream.model_validate(
        {"index": index, "codec": "aac", "sample_rate_hz": 48000, "channels": 2, **fields}
    )


def test_stored_info_without_the_new_fields_validates() -> None:
    info = MediaInfo.model_validate(OLD)
    assert info.video is not None
    assert (info.video.hdr, info.video.sample_aspect_ratio, info.video.bit_depth) == ("", 1, 8)
    assert info.subtitles == ()
    (shown,) = video_streams(info)
    assert (shown["FpsNumerator"], shown["FpsDenominator"]) == (2997, 100)


def test_fractions_survive_json() -> None:
    info = MediaInfo.model_validate(OLD)
    assert info.video is not None
    exact = info.model_copy(update={"video": info.video.model_copy(update={"frame_rate": Fraction(30000, 1001)})})
    assert '"frame_rate":"30000/1001"' in exact.model_dump_json()
    assert MediaInfo.model_validate_json(exact.model_dump_json()) == exact


def test_main_audio_is_the_default_that_decodes_else_the_first_that_does() -> None:
    mute, first, second = _track(1, is_default=True, is_decodable=False), _track(2), _track(3, is_default=True)
    assert _info(mute, first, second).main_audio == second
    assert _info(mute, first).main_audio == first
    assert _info(mute).main_audio is None
    assert _info().main_audio is None

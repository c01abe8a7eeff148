"""The transcode presets (the vendor's). Comments state our choices where the vendor gives none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from media_workflows.domain.jobs.containers import Container
from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeParameters

Preset = tuple[int, str, TranscodeParameters]
OLD = " (old)"  # ends the names of the vendor's older generation


class _Rung(NamedTuple):
    suffix: int
    name: str
    height: int
    video_kbps: int
    audio_kbps: int


# First row of the vendor's table: H.264, 25 fps, AAC 44.1 kHz stereo; 1000xx is MP4, 1002xx is HLS.
_LADDER = (
    _Rung(10, "360p", 360, 400, 64),
    _Rung(20, "540p", 540, 1000, 64),
    _Rung(30, "720p", 720, 1800, 128),
    _Rung(40, "1080p", 1080, 2500, 128),
    _Rung(70, "1440p", 1440, 3000, 160),
    _Rung(80, "2160p", 2160, 6000, 160),
)
# No bitrate cap: we encode at constant quality, where the vendor's own encoder picks a rate. CRF 26 is our choice.
_QUALITY_CRF = 26
_QUALITY = (
    ("source", 100_800, 0, 128),
    ("360p", 100_810, 360, 64),
    ("540p", 100_820, 540, 64),
    ("720p", 100_830, 720, 128),
    ("1080p", 100_840, 1080, 128),
)
_AAC_KBPS = {1100: 24, 1110: 48, 1120: 96, 1130: 192, 1140: 256}
_MP3_KBPS = {1010: 128, 1020: 320}

# The old generation: 24 fps, GOP of 240 frames (in HLS key frames every 2 s, as players require), VBR, AAC 48 kbit/s.
# The vendor gives neither heights nor video bitrates: they are those of the adaptive preset, with 2500 kbit/s for
# FHD and 1024 for HD.
_OLD_RUNGS = (
    _Rung(10, "FLU", 240, 256, 48),
    _Rung(20, "SD", 480, 512, 48),
    _Rung(30, "HD", 720, 1024, 48),
    _Rung(40, "FHD", 1080, 2500, 48),
    _Rung(70, "2K", 1440, 3072, 48),
    _Rung(80, "4K", 2160, 6144, 48),
)
_OLD_FLV_IDS = {10: 10_046, 20: 10_047, 30: 10_048, 40: 10_049, 70: 370, 80: 380}
# First id of a family; the rung's suffix is added.
_OLD_FAMILIES: tuple[tuple[int, Container, Literal["h264", "h265"]], ...] = (
    (0, "mp4", "h264"),
    (200, "hls", "h264"),
    (500, "mp4", "h265"),
    (600, "hls", "h265"),
    (700, "flv", "h265"),
)


def _aac(kbps: int) -> AudioParameters:
    return AudioParameters(codec="aac", bitrate_kbps=kbps, sample_rate_hz=44_100, channels=2)


def _ladder() -> Iterator[Preset]:
    families: tuple[tuple[int, Container], ...] = ((100_000, "mp4"), (100_200, "hls"))
    for base_id, container in families:
        for rung in _LADDER:
            video = VideoParameters(codec="h264", fps=25, bitrate_kbps=rung.video_kbps, height=rung.height)
            parameters = TranscodeParameters(container=container, video=video, audio=_aac(rung.audio_kbps))
            yield base_id + rung.suffix, f"{container.upper()} {rung.name}", parameters


def _quality() -> Iterator[Preset]:
    for name, id_, height, audio_kbps in _QUALITY:
        video = VideoParameters(codec="h264", fps=25, crf=_QUALITY_CRF, height=height)
        parameters = TranscodeParameters(container="mp4", video=video, audio=_aac(audio_kbps))
        yield id_, f"MP4 {name}, constant quality", parameters


def _audio() -> Iterator[Preset]:
    for id_, kbps in _AAC_KBPS.items():
        yield id_, f"M4A {kbps}k", TranscodeParameters(container="m4a", audio=_aac(kbps))
    for id_, kbps in _MP3_KBPS.items():
        mp3 = AudioParameters(codec="mp3", bitrate_kbps=kbps, sample_rate_hz=44_100, channels=2)
        yield id_, f"MP3 {kbps}k", TranscodeParameters(container="mp3", audio=mp3)


def _remux() -> Iterator[Preset]:
    families: tuple[tuple[int, Container], ...] = ((875, "mp4"), (876, "hls"), (9, "mp4"), (6, "hls"))
    for id_, container in families:
        old = OLD if id_ < 10 else ""
        copies = {"video": VideoParameters(codec="copy"), "audio": AudioParameters(codec="copy", channels=0)}
        yield id_, f"Remux to {container.upper()}{old}", TranscodeParameters(container=container, **copies)


def _old_rendition(container: Container, codec: Literal["h264", "h265"], rung: _Rung) -> TranscodeParameters:
    video = VideoParameters(
        codec=codec,
        fps=24,
        mode="vbr",
        bitrate_kbps=rung.video_kbps,
        height=rung.height,
        gop_frames=0 if container == "hls" else 240,
        profile="high" if codec == "h264" else "default",  # 8-bit H.265 is Main by itself
    )
    return TranscodeParameters(container=container, video=video, audio=_aac(rung.audio_kbps))


def _old() -> Iterator[Preset]:
    for base_id, container, codec in _OLD_FAMILIES:
        shown = "" if codec == "h264" else " H.265"
        for rung in _OLD_RUNGS:
            name = f"{container.upper()}{shown} {rung.name}{OLD}"
            yield base_id + rung.suffix, name, _old_rendition(container, codec, rung)
    for rung in _OLD_RUNGS:
        yield _OLD_FLV_IDS[rung.suffix], f"FLV {rung.name}{OLD}", _old_rendition("flv", "h264", rung)


def transcode_presets() -> Iterator[Preset]:
    """(id, name, parameters) of each preset."""
    yield from _ladder()
    yield from _remux()
    yield from _audio()
    yield from _quality()
    yield from _old()

"""Combinations of options of a rendition's streams that a codec or encoder does not support, and their errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from media_workflows.domain.invalid import InvalidValueError, invalid

if TYPE_CHECKING:
    from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters

H264_LEVELS = ("1", "1.1", "1.2", "1.3", "2", "2.1", "2.2", "3", "3.1", "3.2", "4", "4.1", "4.2", "5", "5.1", "5.2")
H265_LEVELS = ("1", "2", "2.1", "3", "3.1", "4", "4.1", "5", "5.1", "5.2", "6", "6.1", "6.2")
LEVELS = {"h264": H264_LEVELS, "h265": H265_LEVELS}
PROFILES = {
    "h264": ("default", "baseline", "main", "high"),
    "h265": ("default", "main"),
    "prores": ("default", "proxy", "lt", "standard", "hq"),
}
TEN_BIT = frozenset({"h264", "h265", "h266", "av1", "vp9", "dnxhd", "prores"})
HARDWARE_CODECS = {
    "nvenc": frozenset({"h264", "h265", "av1"}),
    "qsv": frozenset({"h264", "h265", "av1", "vp9"}),
    "vaapi": frozenset({"h264", "h265", "av1", "vp9"}),
}
MPEG2_FPS = frozenset({0, 23.976, 24, 25, 29.97, 30, 50, 59.94, 60})
MOST_PIXEL_ASPECT = 10  # players ignore pixels that are longer
MIN_AUDIO_KBPS = 24  # the vendor says 26, and its preset 1100 has 24
MASTERING = ("dnxhd", "prores")  # codecs for editing: key frames only
HE_AAC_CHANNEL_KBPS = 64  # of libfdk_aac, which has no bands to replicate above that
CAPPED_QUALITY = ("h264", "h265", "av1", "vp9")  # with max_bitrate_kbps or target_vmaf
TS_AAC_CHANNELS = 6  # the headers of AAC in MPEG-TS (ADTS) have no number for the 7.1 that encoders make
LOSSLESS_AUDIO = frozenset({"flac", "pcm"})
TRUE_PEAK_DBTP = -1.0  # EBU R 128 permits no more
# Sample rates, Hz. Opus works at 48 kHz internally and supports its divisors.
_RATES_HZ = {
    "opus": frozenset({0, 8000, 12000, 16000, 24000, 48000}),
    "mp2": frozenset({0, 16000, 22050, 24000, 32000, 44100, 48000}),
    "ac3": frozenset({0, 32000, 44100, 48000}),
    "eac3": frozenset({0, 32000, 44100, 48000}),
    "he-aac": frozenset({0, 32000, 44100, 48000}),
}


class VideoLimit(NamedTuple):
    """A combination of options that a codec or encoder does not support, and its error."""

    is_exceeded: Callable[[VideoParameters], bool]
    problem: Callable[[VideoParameters], InvalidValueError]


def _is_hardware(video: VideoParameters) -> bool:
    return video.encoder != "software"


VIDEO_LIMITS = (
    VideoLimit(
        lambda v: not 1 / MOST_PIXEL_ASPECT <= Fraction(*map(int, v.sar.split(":"))) <= MOST_PIXEL_ASPECT,
        lambda v: invalid("sar must be from 1:{most} to {most}:1; got '{sar}'", most=MOST_PIXEL_ASPECT, sar=v.sar),
    ),
    VideoLimit(
        lambda v: v.profile not in PROFILES.get(v.codec, ("default",)),
        lambda v: invalid("codec '{codec}' has no profile '{profile}': leave it out", codec=v.codec, profile=v.profile),
    ),
    VideoLimit(
        lambda v: v.profile in ("baseline", "main", "high") and v.bit_depth == 10,
        lambda v: invalid("profile '{profile}' has 8 bits: leave out profile or bit_depth", profile=v.profile),
    ),
    VideoLimit(
        lambda v: v.profile == "baseline" and bool(v.b_frames),
        lambda _: invalid("profile 'baseline' has no B-frames: leave out b_frames"),
    ),
    VideoLimit(
        lambda v: bool(v.level) and v.codec not in LEVELS,
        lambda v: invalid(
            "codec '{codec}' does not support level '{level}': leave it out", codec=v.codec, level=v.level
        ),
    ),
    VideoLimit(
        lambda v: bool(v.level) and v.level not in LEVELS.get(v.codec, ()),
        lambda v: invalid(
            "level must be one of: {choices}; got '{level}'", choices=", ".join(LEVELS[v.codec]), level=v.level
        ),
    ),
    VideoLimit(
        lambda v: v.bit_depth == 10 and v.codec not in TEN_BIT,
        lambda v: invalid(
            "codec '{codec}' has 8 bits: use one of: {choices}", codec=v.codec, choices=", ".join(sorted(TEN_BIT))
        ),
    ),
    VideoLimit(
        lambda v: v.hdr == "keep" and (v.bit_depth != 10 or v.codec not in ("h265", "av1", "vp9")),
        lambda _: invalid("hdr 'keep' requires bit_depth 10 and codec h265, av1 or vp9"),
    ),
    VideoLimit(
        lambda v: bool(v.b_frames) and v.codec in ("av1", "vp8", "vp9", "dnxhd", "prores", "h266"),
        lambda v: invalid("b_frames cannot be set with codec '{codec}': leave it out", codec=v.codec),
    ),
    VideoLimit(
        lambda v: v.codec == "mpeg2" and (v.fps not in MPEG2_FPS or (v.b_frames or 0) > 2),
        lambda _: invalid(
            "codec 'mpeg2' requires fps 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60, and at most 2 b_frames"
        ),
    ),
    VideoLimit(
        lambda v: v.codec in MASTERING and bool(v.rate_control or v.gop_frames or v.gop_s),
        lambda v: invalid(
            "codec '{codec}' has its bitrate from its profile and key frames only: leave out bitrate and GOP",
            codec=v.codec,
        ),
    ),
    VideoLimit(
        lambda v: v.rate_control == "crf" and v.codec == "mpeg2",
        lambda _: invalid("codec 'mpeg2' does not support crf: set bitrate_kbps, or neither"),
    ),
    VideoLimit(
        lambda v: v.rate_control == "cbr" and v.codec == "h266",
        lambda _: invalid("codec 'h266' does not support cbr here: use vbr, abr or crf"),
    ),
    VideoLimit(
        lambda v: bool(v.max_bitrate_kbps) and v.codec not in CAPPED_QUALITY,
        lambda v: invalid(
            "codec '{codec}' does not support max_bitrate_kbps: use one of: {choices}",
            codec=v.codec,
            choices=", ".join(CAPPED_QUALITY),
        ),
    ),
    VideoLimit(
        lambda v: bool(v.max_bitrate_kbps) and _is_hardware(v),
        lambda _: invalid("max_bitrate_kbps requires encoder 'software'"),
    ),
    VideoLimit(
        lambda v: v.target_vmaf is not None and v.codec not in CAPPED_QUALITY,
        lambda v: invalid(
            "codec '{codec}' does not support target_vmaf: use one of: {choices}",
            codec=v.codec,
            choices=", ".join(CAPPED_QUALITY),
        ),
    ),
    VideoLimit(
        lambda v: v.target_vmaf is not None and _is_hardware(v),
        lambda _: invalid("target_vmaf requires encoder 'software'"),
    ),
    VideoLimit(
        lambda v: v.target_vmaf is not None and v.hdr == "keep",
        lambda _: invalid("target_vmaf cannot be measured in HDR: set crf, or hdr 'sdr'"),
    ),
    VideoLimit(
        lambda v: _is_hardware(v) and v.codec == "h264" and v.bit_depth == 10,
        lambda _: invalid("no hardware encoder supports 10 bits with h264: use h265, or encoder 'software'"),
    ),
    VideoLimit(
        lambda v: _is_hardware(v) and v.codec not in HARDWARE_CODECS[v.encoder],
        lambda v: invalid(
            "encoder '{encoder}' supports the codecs {choices}; got '{codec}'",
            encoder=v.encoder,
            choices=", ".join(sorted(HARDWARE_CODECS[v.encoder])),
            codec=v.codec,
        ),
    ),
)


AV1_MAX_BUFFER_S = 10  # SVT-AV1's limit, of 10,000 ms
AV1_MAX_KBPS = 100_000  # SVT-AV1's limit

# What the encoder refuses, checked when a definition or a template is saved and not when it is loaded: earlier versions
# have stored such values.
SAVED_VIDEO_LIMITS = (
    VideoLimit(
        lambda v: v.codec == "av1" and (v.buffer_s or 0) > AV1_MAX_BUFFER_S,
        lambda _: invalid("buffer_s must be at most {most} with codec 'av1'", most=AV1_MAX_BUFFER_S).of("buffer_s"),
    ),
    VideoLimit(
        lambda v: v.codec == "av1" and v.max_bitrate_kbps > AV1_MAX_KBPS,
        lambda _: invalid("max_bitrate_kbps must be at most {most} with codec 'av1'", most=AV1_MAX_KBPS).of(
            "max_bitrate_kbps"
        ),
    ),
)


MAX_MIX_FACTOR = 4.0  # 12 dB
MAX_MIX_SOURCES = 16
_MIX_FACTOR = re.compile(r"-?\d{1,3}(\.\d{1,9})?")


def mix_row(row: str) -> str:
    """A row of `channel_mix`, its factors with single spaces between them. Raises ValueError."""
    factors = row.split()
    if not 1 <= len(factors) <= MAX_MIX_SOURCES or not all(
        _MIX_FACTOR.fullmatch(one) and abs(float(one)) <= MAX_MIX_FACTOR for one in factors
    ):
        raise invalid(
            "must be 1 to {most} factors from -{limit} to {limit} with spaces between them, as in '1 0 0.7 0 0.7 0'",
            most=MAX_MIX_SOURCES,
            limit=f"{MAX_MIX_FACTOR:g}",
        )
    return " ".join(factors)


class AudioLimit(NamedTuple):
    """A combination of options that a codec does not support, and its error."""

    is_exceeded: Callable[[AudioParameters], bool]
    problem: Callable[[AudioParameters], InvalidValueError]


AUDIO_LIMITS = (
    AudioLimit(
        lambda a: 0 < a.bitrate_kbps < MIN_AUDIO_KBPS,
        lambda _: invalid("bitrate_kbps must be 0 (the encoder's choice) or at least {least}", least=MIN_AUDIO_KBPS),
    ),
    AudioLimit(
        lambda a: a.codec not in ("ac3", "eac3") and a.bitrate_kbps > 320,
        lambda a: invalid("bitrate_kbps must be at most 320 with codec '{codec}'", codec=a.codec),
    ),
    AudioLimit(
        lambda a: a.codec == "he-aac" and a.bitrate_kbps > HE_AAC_CHANNEL_KBPS * (a.channels or 6),
        lambda a: invalid(
            "bitrate_kbps must be at most {most} for each channel with codec 'he-aac': above that, use 'aac'",
            most=HE_AAC_CHANNEL_KBPS,
        ),
    ),
    AudioLimit(
        lambda a: a.codec in LOSSLESS_AUDIO and bool(a.bitrate_kbps),
        lambda a: invalid("codec '{codec}' is lossless: leave out bitrate_kbps", codec=a.codec),
    ),
    AudioLimit(
        lambda a: a.codec == "copy" and bool(a.bitrate_kbps or a.sample_rate_hz),
        lambda _: invalid("codec 'copy' keeps the stream as it is: leave out bitrate_kbps and sample_rate_hz"),
    ),
    AudioLimit(
        lambda a: a.codec == "copy" and a.loudness_lufs is not None,
        lambda _: invalid("codec 'copy' keeps the stream as it is: leave out loudness_lufs"),
    ),
    AudioLimit(
        lambda a: a.loudness_lufs is None and (a.true_peak_dbtp is not None or a.loudness_range_lu is not None),
        lambda _: invalid("true_peak_dbtp and loudness_range_lu require loudness_lufs"),
    ),
    AudioLimit(
        lambda a: 0 < a.sample_rate_hz < 8000,
        lambda _: invalid("sample_rate_hz must be 0 (as the source) or at least 8000"),
    ),
    AudioLimit(
        lambda a: a.codec in _RATES_HZ and a.sample_rate_hz not in _RATES_HZ[a.codec],
        lambda a: invalid(
            "sample_rate_hz must be one of: {choices} with codec '{codec}'",
            choices=", ".join(map(str, sorted(_RATES_HZ[a.codec]))),
            codec=a.codec,
        ),
    ),
    AudioLimit(
        lambda a: a.codec not in (*LOSSLESS_AUDIO, "copy") and a.sample_rate_hz > 96_000,
        lambda a: invalid("sample_rate_hz must be at most 96000 with codec '{codec}'", codec=a.codec),
    ),
    AudioLimit(
        lambda a: a.codec in ("mp3", "mp2") and a.channels > 2,
        lambda a: invalid("codec '{codec}' supports mono and stereo only: channels must be 1 or 2", codec=a.codec),
    ),
    AudioLimit(
        lambda a: a.codec in ("ac3", "eac3", "he-aac") and a.channels == 8,
        lambda a: invalid("codec '{codec}' has 5.1 channels at most: channels must be 6 or fewer", codec=a.codec),
    ),
    AudioLimit(
        lambda a: a.codec == "copy" and bool(a.channel_mix),
        lambda _: invalid("codec 'copy' keeps the stream as it is: leave out channel_mix"),
    ),
    AudioLimit(
        lambda a: bool(a.channel_mix) and len(a.channel_mix) != a.channels,
        lambda a: invalid(
            "channel_mix has {rows} rows and requires one for each of the {channels} channels: set channels to 1, 2, 6 "
            "or 8, and write as many rows",
            rows=len(a.channel_mix),
            channels=a.channels,
        ),
    ),
    AudioLimit(
        lambda a: len({len(row.split()) for row in a.channel_mix}) > 1,
        lambda _: invalid("all rows of channel_mix must have the same number of factors, one for each source channel"),
    ),
    AudioLimit(
        lambda a: bool(a.source_language) and a.tracks == "all",
        lambda _: invalid("tracks 'all' keeps every language: leave out source_language"),
    ),
)

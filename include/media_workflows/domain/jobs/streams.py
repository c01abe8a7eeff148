"""Video and audio settings of a rendition (reference 3.3: VideoTemplateInfo, AudioTemplateInfo)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal, NamedTuple

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.invalid import InvalidValueError
from media_workflows.domain.jobs.base import FrameSize
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.name_patterns import SingleLine

VideoCodec = Literal["h264", "h265", "h266", "av1", "vp8", "vp9", "mpeg2", "dnxhd", "copy"]
AudioCodec = Literal["aac", "mp3", "mp2", "ac3", "eac3", "flac", "opus", "vorbis", "pcm", "copy"]
RateControl = Literal["vbr", "abr", "cbr", "crf"]
Encoder = Literal["software", "nvenc", "qsv", "vaapi"]

H264_LEVELS = ("1", "1.1", "1.2", "1.3", "2", "2.1", "2.2", "3", "3.1", "3.2", "4", "4.1", "4.2", "5", "5.1", "5.2")
H265_LEVELS = ("1", "2", "2.1", "3", "3.1", "4", "4.1", "5", "5.1", "5.2", "6", "6.1", "6.2")
LEVELS = {"h264": H264_LEVELS, "h265": H265_LEVELS}
PROFILES = {"h264": ("default", "baseline", "main", "high"), "h265": ("default", "main")}
TEN_BIT = frozenset({"h264", "h265", "h266", "av1", "vp9", "dnxhd"})
HARDWARE_CODECS = {
    "nvenc": frozenset({"h264", "h265", "av1"}),
    "qsv": frozenset({"h264", "h265", "av1", "vp9"}),
    "vaapi": frozenset({"h264", "h265", "av1", "vp9"}),
}
MPEG2_FPS = frozenset({0, 23.976, 24, 25, 29.97, 30, 50, 59.94, 60})
FRAGMENTED_CODECS = frozenset({"h265", "av1"})  # in HLS, Apple's players play them in fragmented MP4 only
MOST_PIXEL_ASPECT = 10  # players ignore pixels that are longer
MIN_AUDIO_KBPS = 24  # the reference says 26, and its preset 1100 has 24
CAPPED_QUALITY = ("h264", "h265", "av1", "vp9")
LOSSLESS_AUDIO = frozenset({"flac", "pcm"})
TRUE_PEAK_DBTP = -1.0  # EBU R 128 permits no more
# Sample rates, Hz. Opus works at 48 kHz internally and supports its divisors.
_RATES_HZ = {
    "opus": frozenset({0, 8000, 12000, 16000, 24000, 48000}),
    "mp2": frozenset({0, 16000, 22050, 24000, 32000, 44100, 48000}),
    "ac3": frozenset({0, 32000, 44100, 48000}),
    "eac3": frozenset({0, 32000, 44100, 48000}),
}
_COPY_KEEPS = {"codec", "encoder"}


class VideoParameters(FrameSize):
    """Video encoding; 0 means "as the source" for fps, "the encoder's choice" for bitrate and GOP.

    `mode` None is derived: with `crf` constant quality, with a bitrate an average with a bounded peak (vbr), with
    neither the encoder's own constant quality.
    """

    codec: VideoCodec = "h264"
    encoder: Encoder = Field("software", description="A hardware encoder must be there on every worker")
    fps: float = Field(0, ge=0, le=120)
    mode: RateControl | None = Field(None, description="vbr: average, bounded peak; abr: average; cbr; crf")
    bitrate_kbps: int = Field(0, ge=0, le=100_000)
    crf: int | None = Field(None, ge=0, le=51, description="Constant quality instead of a bitrate")
    max_bitrate_kbps: int = Field(0, ge=0, le=200_000, description="With crf: the highest bitrate; 0 = no limit")
    buffer_s: float | None = Field(
        None, ge=0.1, le=30, description="With max_bitrate_kbps: seconds over which it holds; empty = 2"
    )
    gop_frames: int = Field(0, ge=0, le=100_000)
    gop_s: float = Field(0, ge=0, le=1000, description="The GOP in seconds instead of frames")
    profile: Literal["default", "baseline", "main", "high"] = "default"
    level: str = Field("", description="For example '4.1'; empty = the encoder's choice")
    b_frames: int | None = Field(None, ge=0, le=16, description="B-frames in a row; None = the encoder's choice")
    bit_depth: Literal[8, 10] = 8
    no_scene_cut: bool = Field(False, description="No key frames at scene changes")
    sar: str = Field("1:1", pattern=r"^[1-9]\d{0,3}:[1-9]\d{0,3}$", description="Pixel aspect ratio of the output")
    hdr: Literal["sdr", "keep"] = Field("sdr", description="HDR: tone-mapped to SDR, or kept in 10 bits")
    deinterlace: Literal["auto", "off"] = "auto"
    vmaf_floor: float | None = Field(None, ge=0, le=100, description="An output of lower VMAF is not published")

    @field_validator("bitrate_kbps")
    @classmethod
    def _bitrate(cls, value: int) -> int:
        if 0 < value < 128:
            raise invalid("must be 0 (the encoder's choice) or 128 to 100000 kbps")
        return value

    @field_validator("max_bitrate_kbps")
    @classmethod
    def _max_bitrate(cls, value: int) -> int:
        if 0 < value < 128:
            raise invalid("must be 0 (no limit) or 128 to 200000 kbps")
        return value

    @model_validator(mode="after")
    def _copy_changes_nothing(self) -> VideoParameters:
        if self.codec != "copy":
            return self
        if changed := sorted(self.model_fields_set - _COPY_KEEPS - _defaults_of(self)):
            raise invalid("codec 'copy' keeps the stream as it is: leave out {fields}", fields=", ".join(changed))
        if self.encoder != "software":
            raise invalid("codec 'copy' needs no encoder: leave out encoder")
        return self

    @model_validator(mode="after")
    def _one_rate_control(self) -> VideoParameters:
        if self.crf is not None and self.bitrate_kbps:
            raise invalid("requires either bitrate_kbps or crf, not both")
        if self.mode in ("abr", "cbr") and not self.bitrate_kbps:
            raise invalid("mode '{mode}' requires bitrate_kbps", mode=self.mode)
        if (self.mode == "crf") != (self.crf is not None) and self.mode is not None:
            raise invalid("mode 'crf' requires the value `crf`, and no other mode supports it: set both, or neither")
        if self.max_bitrate_kbps and self.crf is None:
            raise invalid("max_bitrate_kbps requires crf: a bitrate has a peak of its own")
        if self.buffer_s is not None and not self.max_bitrate_kbps:
            raise invalid("buffer_s requires max_bitrate_kbps")
        if self.gop_frames and self.gop_s:
            raise invalid("requires either gop_frames or gop_s, not both")
        return self

    @model_validator(mode="after")
    def _codec_supports_options(self) -> VideoParameters:
        for limit in _VIDEO_LIMITS:
            if limit.is_exceeded(self):
                raise limit.problem(self)
        return self

    @property
    def rate_control(self) -> RateControl | None:
        """The effective mode; None = the encoder's own constant quality."""
        return self.mode or ("crf" if self.crf is not None else "vbr" if self.bitrate_kbps else None)


def _defaults_of(parameters: Model) -> set[str]:
    """The fields with their default value."""
    fields = type(parameters).model_fields
    return {name for name, field in fields.items() if getattr(parameters, name) == field.get_default()}


class _VideoLimit(NamedTuple):
    """A combination of options that a codec or encoder does not support, and its error."""

    is_exceeded: Callable[[VideoParameters], bool]
    problem: Callable[[VideoParameters], InvalidValueError]


def _is_hardware(video: VideoParameters) -> bool:
    return video.encoder != "software"


_VIDEO_LIMITS = (
    _VideoLimit(
        lambda v: not 1 / MOST_PIXEL_ASPECT <= Fraction(*map(int, v.sar.split(":"))) <= MOST_PIXEL_ASPECT,
        lambda v: invalid("sar must be from 1:{most} to {most}:1; got '{sar}'", most=MOST_PIXEL_ASPECT, sar=v.sar),
    ),
    _VideoLimit(
        lambda v: v.profile not in PROFILES.get(v.codec, ("default",)),
        lambda v: invalid("codec '{codec}' has no profile '{profile}': leave it out", codec=v.codec, profile=v.profile),
    ),
    _VideoLimit(
        lambda v: v.profile in ("baseline", "main", "high") and v.bit_depth == 10,
        lambda v: invalid("profile '{profile}' has 8 bits: leave out profile or bit_depth", profile=v.profile),
    ),
    _VideoLimit(
        lambda v: v.profile == "baseline" and bool(v.b_frames),
        lambda _: invalid("profile 'baseline' has no B-frames: leave out b_frames"),
    ),
    _VideoLimit(
        lambda v: bool(v.level) and v.codec not in LEVELS,
        lambda v: invalid(
            "codec '{codec}' does not support level '{level}': leave it out", codec=v.codec, level=v.level
        ),
    ),
    _VideoLimit(
        lambda v: bool(v.level) and v.level not in LEVELS.get(v.codec, ()),
        lambda v: invalid(
            "level must be one of: {choices}; got '{level}'", choices=", ".join(LEVELS[v.codec]), level=v.level
        ),
    ),
    _VideoLimit(
        lambda v: v.bit_depth == 10 and v.codec not in TEN_BIT,
        lambda v: invalid(
            "codec '{codec}' has 8 bits: use one of: {choices}", codec=v.codec, choices=", ".join(sorted(TEN_BIT))
        ),
    ),
    _VideoLimit(
        lambda v: v.hdr == "keep" and (v.bit_depth != 10 or v.codec not in ("h265", "av1", "vp9")),
        lambda _: invalid("hdr 'keep' requires bit_depth 10 and codec h265, av1 or vp9"),
    ),
    _VideoLimit(
        lambda v: bool(v.b_frames) and v.codec in ("av1", "vp8", "vp9", "dnxhd", "h266"),
        lambda v: invalid("b_frames cannot be set with codec '{codec}': leave it out", codec=v.codec),
    ),
    _VideoLimit(
        lambda v: v.codec == "mpeg2" and (v.fps not in MPEG2_FPS or (v.b_frames or 0) > 2),
        lambda _: invalid(
            "codec 'mpeg2' requires fps 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60, and at most 2 b_frames"
        ),
    ),
    _VideoLimit(
        lambda v: v.codec == "dnxhd" and bool(v.rate_control or v.gop_frames or v.gop_s),
        lambda _: invalid(
            "codec 'dnxhd' (DNxHR) has its bitrate from its profile and key frames only: leave out bitrate and GOP"
        ),
    ),
    _VideoLimit(
        lambda v: v.rate_control == "crf" and v.codec == "mpeg2",
        lambda _: invalid("codec 'mpeg2' does not support crf: set bitrate_kbps, or neither"),
    ),
    _VideoLimit(
        lambda v: v.rate_control == "cbr" and v.codec == "h266",
        lambda _: invalid("codec 'h266' does not support cbr here: use vbr, abr or crf"),
    ),
    _VideoLimit(
        lambda v: bool(v.max_bitrate_kbps) and v.codec not in CAPPED_QUALITY,
        lambda v: invalid(
            "codec '{codec}' does not support max_bitrate_kbps: use one of: {choices}",
            codec=v.codec,
            choices=", ".join(CAPPED_QUALITY),
        ),
    ),
    _VideoLimit(
        lambda v: bool(v.max_bitrate_kbps) and _is_hardware(v),
        lambda _: invalid("max_bitrate_kbps requires encoder 'software'"),
    ),
    _VideoLimit(
        lambda v: _is_hardware(v) and v.codec == "h264" and v.bit_depth == 10,
        lambda _: invalid("no hardware encoder supports 10 bits with h264: use h265, or encoder 'software'"),
    ),
    _VideoLimit(
        lambda v: _is_hardware(v) and v.codec not in HARDWARE_CODECS[v.encoder],
        lambda v: invalid(
            "encoder '{encoder}' supports the codecs {choices}; got '{codec}'",
            encoder=v.encoder,
            choices=", ".join(sorted(HARDWARE_CODECS[v.encoder])),
            codec=v.codec,
        ),
    ),
)


class AudioParameters(Model):
    """Audio encoding; 0 means "as the source", for the bitrate "the encoder's choice"."""

    codec: AudioCodec = "aac"
    bitrate_kbps: int = Field(0, ge=0, le=640)
    sample_rate_hz: int = Field(0, ge=0, le=192_000)
    channels: Literal[0, 1, 2, 6] = 2
    tracks: Literal["main", "all"] = Field("main", description="The main track alone, or every one")
    loudness_lufs: float | None = Field(
        None,
        ge=-40,
        le=-5,
        description="Integrated loudness by EBU R 128: -23 for broadcast, -16 for podcasts, -14 for streaming; "
        "empty = as the source",
    )
    true_peak_dbtp: float | None = Field(
        None, ge=-9, le=0, description="The highest true peak, with loudness_lufs; empty = -1"
    )
    loudness_range_lu: float | None = Field(
        None,
        ge=1,
        le=50,
        description="The widest loudness range (LRA), with loudness_lufs: wider sound is compressed; empty = as it is",
    )
    language: str = Field("", pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$", description="BCP 47; empty = source's")
    name: SingleLine = Field("", max_length=64, description="The track's name for players")

    @property
    def true_peak_limit_dbtp(self) -> float:
        """The highest true peak of normalised sound."""
        return TRUE_PEAK_DBTP if self.true_peak_dbtp is None else self.true_peak_dbtp

    @model_validator(mode="after")
    def _codec_supports_options(self) -> AudioParameters:
        for limit in _AUDIO_LIMITS:
            if limit.is_exceeded(self):
                raise limit.problem(self)
        return self


class _AudioLimit(NamedTuple):
    """A combination of options that a codec does not support, and its error."""

    is_exceeded: Callable[[AudioParameters], bool]
    problem: Callable[[AudioParameters], InvalidValueError]


_AUDIO_LIMITS = (
    _AudioLimit(
        lambda a: 0 < a.bitrate_kbps < MIN_AUDIO_KBPS,
        lambda _: invalid("bitrate_kbps must be 0 (the encoder's choice) or at least {least}", least=MIN_AUDIO_KBPS),
    ),
    _AudioLimit(
        lambda a: a.codec not in ("ac3", "eac3") and a.bitrate_kbps > 320,
        lambda a: invalid("bitrate_kbps must be at most 320 with codec '{codec}'", codec=a.codec),
    ),
    _AudioLimit(
        lambda a: a.codec in LOSSLESS_AUDIO and bool(a.bitrate_kbps),
        lambda a: invalid("codec '{codec}' is lossless: leave out bitrate_kbps", codec=a.codec),
    ),
    _AudioLimit(
        lambda a: a.codec == "copy" and bool(a.bitrate_kbps or a.sample_rate_hz),
        lambda _: invalid("codec 'copy' keeps the stream as it is: leave out bitrate_kbps and sample_rate_hz"),
    ),
    _AudioLimit(
        lambda a: a.codec == "copy" and a.loudness_lufs is not None,
        lambda _: invalid("codec 'copy' keeps the stream as it is: leave out loudness_lufs"),
    ),
    _AudioLimit(
        lambda a: a.loudness_lufs is None and (a.true_peak_dbtp is not None or a.loudness_range_lu is not None),
        lambda _: invalid("true_peak_dbtp and loudness_range_lu require loudness_lufs"),
    ),
    _AudioLimit(
        lambda a: 0 < a.sample_rate_hz < 8000,
        lambda _: invalid("sample_rate_hz must be 0 (as the source) or at least 8000"),
    ),
    _AudioLimit(
        lambda a: a.codec in _RATES_HZ and a.sample_rate_hz not in _RATES_HZ[a.codec],
        lambda a: invalid(
            "sample_rate_hz must be one of: {choices} with codec '{codec}'",
            choices=", ".join(map(str, sorted(_RATES_HZ[a.codec]))),
            codec=a.codec,
        ),
    ),
    _AudioLimit(
        lambda a: a.codec not in (*LOSSLESS_AUDIO, "copy") and a.sample_rate_hz > 96_000,
        lambda a: invalid("sample_rate_hz must be at most 96000 with codec '{codec}'", codec=a.codec),
    ),
    _AudioLimit(
        lambda a: a.codec in ("mp3", "mp2") and a.channels == 6,
        lambda a: invalid("codec '{codec}' supports mono and stereo only: channels must be 1 or 2", codec=a.codec),
    ),
)


def stream_encodings(video: VideoParameters | None, audio: AudioParameters | None) -> tuple[Encoding, ...]:
    """What has to be encoded of a rendition; a copy is not."""
    found = []
    if video and video.codec != "copy":
        found.append(Encoding("video", video.codec, video.encoder))
    if audio and audio.codec != "copy":
        found.append(Encoding("audio", audio.codec))
    return tuple(found)

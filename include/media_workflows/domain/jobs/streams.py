"""Video and audio settings of a rendition (the vendor's: VideoTemplateInfo, AudioTemplateInfo)."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.jobs.base import FrameSize
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.jobs.exact_rate import exact_rate
from media_workflows.domain.jobs.language_tag import LanguageTag
from media_workflows.domain.jobs.picture_edit import PictureEdit
from media_workflows.domain.jobs.stream_limits import AUDIO_LIMITS, TRUE_PEAK_DBTP, VIDEO_LIMITS, mix_row
from media_workflows.domain.name_patterns import SingleLine

VideoCodec = Literal["h264", "h265", "h266", "av1", "vp8", "vp9", "mpeg2", "dnxhd", "prores", "copy"]
AudioCodec = Literal["aac", "he-aac", "mp3", "mp2", "ac3", "eac3", "flac", "opus", "vorbis", "pcm", "copy"]
Profile = Literal["default", "baseline", "main", "high", "proxy", "lt", "standard", "hq"]
RateControl = Literal["vbr", "abr", "cbr", "crf"]
MixRow = Annotated[str, Field(max_length=200), AfterValidator(mix_row)]
Encoder = Literal["software", "nvenc", "qsv", "vaapi"]

FRAGMENTED_CODECS = frozenset({"h265", "av1"})  # in HLS, Apple's players play them in fragmented MP4 only
_COPY_KEEPS = {"codec", "encoder"}


class VideoParameters(FrameSize):
    """Video encoding; 0 means "as the source" for fps, "the encoder's choice" for bitrate and GOP.

    `mode` None is derived: with `crf` or `target_vmaf` constant quality, with a bitrate an average with a bounded peak
    (vbr), with none of them the encoder's own constant quality.
    """

    codec: VideoCodec = "h264"
    encoder: Encoder = Field("software", description="A hardware encoder must be there on every worker")
    fps: float = Field(0, ge=0, le=120)
    mode: RateControl | None = Field(None, description="vbr: average, bounded peak; abr: average; cbr; crf")
    bitrate_kbps: int = Field(0, ge=0, le=100_000)
    crf: int | None = Field(None, ge=0, le=51, description="Constant quality instead of a bitrate")
    target_vmaf: float | None = Field(
        None, ge=40, le=98, description="The crf whose output has this VMAF NEG is found by short probe encodes"
    )
    max_bitrate_kbps: int = Field(
        0, ge=0, le=200_000, description="With crf or target_vmaf: the highest bitrate; 0 = no limit"
    )
    buffer_s: float | None = Field(
        None, ge=0.1, le=30, description="With max_bitrate_kbps: seconds over which it holds; empty = 2"
    )
    gop_frames: int = Field(0, ge=0, le=100_000)
    gop_s: float = Field(0, ge=0, le=1000, description="The GOP in seconds instead of frames")
    profile: Profile = Field(
        "default", description="h264: baseline main high; h265: main; prores: proxy lt standard hq"
    )
    level: str = Field("", description="For example '4.1'; empty = the encoder's choice")
    b_frames: int | None = Field(None, ge=0, le=16, description="B-frames in a row; None = the encoder's choice")
    bit_depth: Literal[8, 10] = 8
    no_scene_cut: bool = Field(False, description="No key frames at scene changes")
    sar: str = Field("1:1", pattern=r"^[1-9]\d{0,3}:[1-9]\d{0,3}$", description="Pixel aspect ratio of the output")
    hdr: Literal["sdr", "keep"] = Field("sdr", description="HDR: tone-mapped to SDR, or kept in 10 bits")
    deinterlace: Literal["auto", "off"] = "auto"
    edit: PictureEdit | None = Field(None, description="Changes of the picture before it is scaled")
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
        if self.target_vmaf is not None and (self.crf is not None or self.bitrate_kbps or self.mode is not None):
            raise invalid("target_vmaf finds the crf itself: leave out crf, bitrate_kbps and mode")
        if self.mode in ("abr", "cbr") and not self.bitrate_kbps:
            raise invalid("mode '{mode}' requires bitrate_kbps", mode=self.mode)
        if (self.mode == "crf") != (self.crf is not None) and self.mode is not None:
            raise invalid("mode 'crf' requires the value `crf`, and no other mode supports it: set both, or neither")
        if self.max_bitrate_kbps and self.crf is None and self.target_vmaf is None:
            raise invalid("max_bitrate_kbps requires crf or target_vmaf: a bitrate has a peak of its own")
        if self.buffer_s is not None and not self.max_bitrate_kbps:
            raise invalid("buffer_s requires max_bitrate_kbps")
        if self.gop_frames and self.gop_s:
            raise invalid("requires either gop_frames or gop_s, not both")
        return self

    @model_validator(mode="after")
    def _codec_supports_options(self) -> VideoParameters:
        for limit in VIDEO_LIMITS:
            if limit.is_exceeded(self):
                raise limit.problem(self)
        return self

    @property
    def frame_rate(self) -> Fraction:
        """`fps` as an exact rate; 0 = as the source."""
        return exact_rate(self.fps)

    @property
    def rate_control(self) -> RateControl | None:
        """The effective mode; None = the encoder's own constant quality."""
        has_quality = self.crf is not None or self.target_vmaf is not None
        return self.mode or ("crf" if has_quality else "vbr" if self.bitrate_kbps else None)


def _defaults_of(parameters: Model) -> set[str]:
    """The fields with their default value."""
    fields = type(parameters).model_fields
    return {name for name, field in fields.items() if getattr(parameters, name) == field.get_default()}


class AudioParameters(Model):
    """Audio encoding; 0 means "as the source", for the bitrate "the encoder's choice"."""

    codec: AudioCodec = "aac"
    bitrate_kbps: int = Field(0, ge=0, le=640)
    sample_rate_hz: int = Field(0, ge=0, le=192_000)
    channels: Literal[0, 1, 2, 6, 8] = 2
    channel_mix: tuple[MixRow, ...] = Field(
        (),
        max_length=8,
        description="A row for each of `channels`: the factors of the source's channels, such as '1 0 0.7 0 0.7 0'",
    )
    tracks: Literal["main", "all"] = Field("main", description="The main track alone, or every one")
    source_language: LanguageTag = Field(
        "", description="The source's track in this language, BCP 47; without one the main track"
    )
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
    language: LanguageTag = Field("", description="BCP 47; empty = source's")
    name: SingleLine = Field("", max_length=64, description="The track's name for players")

    @property
    def mix_factors(self) -> tuple[tuple[float, ...], ...]:
        """The factors of `channel_mix`: for each output channel one for each channel of the source."""
        return tuple(tuple(map(float, row.split())) for row in self.channel_mix)

    @property
    def true_peak_limit_dbtp(self) -> float:
        """The highest true peak of normalised sound."""
        return TRUE_PEAK_DBTP if self.true_peak_dbtp is None else self.true_peak_dbtp

    @model_validator(mode="after")
    def _codec_supports_options(self) -> AudioParameters:
        for limit in AUDIO_LIMITS:
            if limit.is_exceeded(self):
                raise limit.problem(self)
        return self


def stream_encodings(video: VideoParameters | None, audio: AudioParameters | None) -> tuple[Encoding, ...]:
    """What has to be encoded of a rendition; a copy is not."""
    found = []
    if video and video.codec != "copy":
        found.append(Encoding("video", video.codec, video.encoder))
    if audio and audio.codec != "copy":
        found.append(Encoding("audio", audio.codec))
    return tuple(found)

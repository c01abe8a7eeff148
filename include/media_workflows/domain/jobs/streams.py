"""Video and audio settings of a rendition (reference 3.3: VideoTemplateInfo, AudioTemplateInfo)."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.base import Model
from media_workflows.domain.jobs.base import FrameSize

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
FRAGMENTED_CODECS = frozenset({"h265", "av1"})  # in HLS: Apple's players open them in fragmented MP4 only
MOST_PIXEL_ASPECT = 10  # players ignore pixels that are longer
MIN_AUDIO_KBPS = 24  # the reference says 26, and its preset 1100 has 24
_LOSSLESS = frozenset({"flac", "pcm"})
# Sample rates, Hz. Opus works at 48 kHz inside and takes its divisors.
_RATES_HZ = {
    "opus": frozenset({0, 8000, 12000, 16000, 24000, 48000}),
    "mp2": frozenset({0, 16000, 22050, 24000, 32000, 44100, 48000}),
    "ac3": frozenset({0, 32000, 44100, 48000}),
    "eac3": frozenset({0, 32000, 44100, 48000}),
}
_COPY_KEEPS = {"codec", "encoder"}


class VideoParameters(FrameSize):
    """How the picture is encoded; 0 means "as the source" for fps, "the encoder's choice" for bitrate and GOP.

    `mode` None follows from the rest: a `crf` means constant quality, a bitrate an average with a
    bounded peak (vbr), neither the encoder's own constant quality.
    """

    codec: VideoCodec = "h264"
    encoder: Encoder = Field("software", description="A hardware encoder must be there on every worker")
    fps: float = Field(0, ge=0, le=120)
    mode: RateControl | None = Field(None, description="vbr: average, bounded peak; abr: average; cbr; crf")
    bitrate_kbps: int = Field(0, ge=0, le=100_000)
    crf: int | None = Field(None, ge=0, le=51, description="Constant quality instead of a bitrate")
    gop_frames: int = Field(0, ge=0, le=100_000)
    gop_s: float = Field(0, ge=0, le=1000, description="The GOP in seconds instead of frames")
    profile: Literal["default", "baseline", "main", "high"] = "default"
    level: str = Field("", description="For example '4.1'; empty = the encoder's choice")
    b_frames: int | None = Field(None, ge=0, le=16, description="B-frames in a row; None = the encoder's choice")
    bit_depth: Literal[8, 10] = 8
    no_scene_cut: bool = Field(False, description="No key frames at scene changes")
    sar: str = Field("1:1", pattern=r"^[1-9]\d{0,3}:[1-9]\d{0,3}$", description="Pixel aspect ratio of the output")
    hdr: Literal["sdr", "keep"] = Field("sdr", description="What becomes of HDR: tone-mapped, or kept in 10 bits")
    deinterlace: Literal["auto", "off"] = "auto"
    vmaf_floor: float | None = Field(None, ge=0, le=100, description="An output of lower VMAF is not published")

    @field_validator("bitrate_kbps")
    @classmethod
    def _bitrate(cls, value: int) -> int:
        if 0 < value < 128:
            raise ValueError("wants 0 (the encoder's choice) or 128 to 100000 kbps")
        return value

    @model_validator(mode="after")
    def _copy_changes_nothing(self) -> VideoParameters:
        if self.codec != "copy":
            return self
        if asked := sorted(self.model_fields_set - _COPY_KEEPS - _defaults_of(self)):
            raise ValueError(f"codec 'copy' keeps the stream as it is: leave out {', '.join(asked)}")
        if self.encoder != "software":
            raise ValueError("codec 'copy' needs no encoder: leave out encoder")
        return self

    @model_validator(mode="after")
    def _one_rate_control(self) -> VideoParameters:
        if self.crf is not None and self.bitrate_kbps:
            raise ValueError("wants bitrate_kbps or crf, not both")
        if self.mode in ("abr", "cbr") and not self.bitrate_kbps:
            raise ValueError(f"mode '{self.mode}' wants a bitrate_kbps")
        if (self.mode == "crf") != (self.crf is not None) and self.mode is not None:
            raise ValueError("mode 'crf' and the value `crf` go together: give both, or neither")
        if self.gop_frames and self.gop_s:
            raise ValueError("wants gop_frames or gop_s, not both")
        return self

    @model_validator(mode="after")
    def _codec_can(self) -> VideoParameters:
        if fault := next(iter(_codec_faults(self)), ""):
            raise ValueError(fault)
        return self

    @property
    def rate_control(self) -> RateControl | None:
        """The mode that applies; None = the encoder's own constant quality."""
        return self.mode or ("crf" if self.crf is not None else "vbr" if self.bitrate_kbps else None)


def _defaults_of(parameters: Model) -> set[str]:
    """Fields that hold their default."""
    fields = type(parameters).model_fields
    return {name for name, field in fields.items() if getattr(parameters, name) == field.get_default()}


def _codec_faults(video: VideoParameters) -> list[str]:
    """What this codec or encoder cannot do of what is asked."""
    codec = video.codec
    faults = []
    if not 1 / MOST_PIXEL_ASPECT <= Fraction(*map(int, video.sar.split(":"))) <= MOST_PIXEL_ASPECT:
        faults.append(f"sar must be from 1:{MOST_PIXEL_ASPECT} to {MOST_PIXEL_ASPECT}:1; got '{video.sar}'")
    if video.profile not in PROFILES.get(codec, ("default",)):
        faults.append(f"codec '{codec}' has no profile '{video.profile}': leave it out")
    if video.profile in ("baseline", "main", "high") and video.bit_depth == 10:
        faults.append(f"profile '{video.profile}' has 8 bits: leave out profile or bit_depth")
    if video.profile == "baseline" and video.b_frames:
        faults.append("profile 'baseline' has no B-frames: leave out b_frames")
    if video.level and video.level not in LEVELS.get(codec, ()):
        wants = ", ".join(LEVELS[codec]) if codec in LEVELS else "no level with this codec"
        faults.append(f"level wants {wants}; got '{video.level}'")
    if video.bit_depth == 10 and codec not in TEN_BIT:
        faults.append(f"codec '{codec}' has 8 bits: use one of {sorted(TEN_BIT)}")
    if video.hdr == "keep" and (video.bit_depth != 10 or codec not in ("h265", "av1", "vp9")):
        faults.append("hdr 'keep' wants bit_depth 10 and codec h265, av1 or vp9")
    if video.b_frames and codec in ("av1", "vp8", "vp9", "dnxhd", "h266"):
        faults.append(f"b_frames cannot be set with codec '{codec}': leave it out")
    if codec == "mpeg2" and (video.fps not in MPEG2_FPS or (video.b_frames or 0) > 2):
        faults.append("MPEG-2 has fps 23.976, 24, 25, 29.97, 30, 50, 59.94, 60 and at most 2 b_frames")
    if codec == "dnxhd" and (video.rate_control or video.gop_frames or video.gop_s):
        faults.append("codec 'dnxhd' (DNxHR) has its rate from its profile and key frames only: leave out rate and GOP")
    if video.rate_control == "crf" and codec == "mpeg2":
        faults.append("codec 'mpeg2' knows no crf: give a bitrate_kbps, or neither")
    if video.rate_control == "cbr" and codec == "h266":
        faults.append("codec 'h266' knows no cbr here: use vbr, abr or crf")
    if video.encoder != "software" and codec == "h264" and video.bit_depth == 10:
        faults.append("no hardware encoder makes 10 bits of h264: use h265, or encoder 'software'")
    if video.encoder != "software" and codec not in HARDWARE_CODECS[video.encoder]:
        faults.append(f"encoder '{video.encoder}' makes {sorted(HARDWARE_CODECS[video.encoder])}, not '{codec}'")
    return faults


class AudioParameters(Model):
    """How sound is encoded; 0 means "as the source", for the bitrate "the encoder's choice"."""

    codec: AudioCodec = "aac"
    bitrate_kbps: int = Field(0, ge=0, le=640)
    sample_rate_hz: int = Field(0, ge=0, le=192_000)
    channels: Literal[0, 1, 2, 6] = 2
    tracks: Literal["main", "all"] = Field("main", description="The main track alone, or every one")
    language: str = Field("", pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$", description="BCP 47; empty = source's")
    name: str = Field("", max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$", description="The track's name for players")

    @model_validator(mode="after")
    def _codec_can(self) -> AudioParameters:
        if fault := next(iter(_audio_faults(self)), ""):
            raise ValueError(fault)
        return self


def _audio_faults(audio: AudioParameters) -> list[str]:
    """What this codec cannot do of what is asked."""
    codec, rate = audio.codec, audio.sample_rate_hz
    faults = []
    if 0 < audio.bitrate_kbps < MIN_AUDIO_KBPS:
        faults.append(f"bitrate_kbps wants 0 (the encoder's choice) or at least {MIN_AUDIO_KBPS}")
    if codec not in ("ac3", "eac3") and audio.bitrate_kbps > 320:
        faults.append(f"bitrate_kbps wants at most 320 with codec '{codec}'")
    if codec in _LOSSLESS and audio.bitrate_kbps:
        faults.append(f"codec '{codec}' is lossless: leave out bitrate_kbps")
    if codec == "copy" and (audio.bitrate_kbps or rate):
        faults.append("codec 'copy' keeps the stream as it is: leave out bitrate_kbps and sample_rate_hz")
    if 0 < rate < 8000:
        faults.append("sample_rate_hz wants 0 (as the source) or at least 8000")
    if codec in _RATES_HZ and rate not in _RATES_HZ[codec]:
        faults.append(f"sample_rate_hz wants one of {sorted(_RATES_HZ[codec])} with codec '{codec}'")
    if codec not in (*_LOSSLESS, "copy") and rate > 96_000:
        faults.append(f"sample_rate_hz wants at most 96000 with codec '{codec}'")
    if codec in ("mp3", "mp2") and audio.channels == 6:
        faults.append(f"codec '{codec}' knows mono and stereo: channels wants 1 or 2")
    return faults

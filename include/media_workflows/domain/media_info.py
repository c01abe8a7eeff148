"""`MediaInfo`: the probed properties of a media file. Rates and ratios are exact fractions ('30000/1001')."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model

Hdr = Literal["", "HDR10", "HLG", "DolbyVision"]


class VideoStream(Model):
    """The main video track. `width` and `height` are coded pixels; `display_*` are after pixel aspect and rotation.

    `has_alpha`: parts may be transparent, by the pixel format, or in WebM by an alpha picture of its own.

    `frame_rate` is the average; `nominal_rate` is the container's, and far above it if a phone writes clock ticks
    there (120, 90000). `is_vfr`: frames are shown for different times; None where the probe has not read their times.

    `has_closed_captions`: the first picture carries CEA-608/708 data.
    `ignored_shape` names a display matrix or pixel aspect of the file that makes no sense and is ignored.

    Colour names are ffmpeg's, '' where the file has none. `start_s` counts from the file's own start.
    """

    index: int
    codec: str
    width: int
    height: int
    display_width: int
    display_height: int
    rotation: int
    fps: float
    pixel_format: str
    bitrate_bps: int = 0
    frame_rate: Fraction = Fraction(0)
    nominal_rate: Fraction = Fraction(0)
    is_vfr: bool | None = None
    sample_aspect_ratio: Fraction = Fraction(1)
    bit_depth: int = 8
    is_interlaced: bool = False
    has_alpha: bool = False
    color_primaries: str = ""
    color_transfer: str = ""
    color_matrix: str = ""
    color_range: str = ""
    hdr: Hdr = ""
    profile: str = ""
    level: int | None = None
    codec_string: str = ""
    start_s: float = 0.0
    duration_s: float = 0.0
    has_closed_captions: bool = False
    ignored_shape: str = Field("", exclude=True)


class AudioStream(Model):
    """One audio track. The `is_*` flags but the last are the file's own; `language` is ISO 639-2, '' where unknown.

    `is_visual_impaired`: audio description. `is_hearing_impaired`: speech is easier to understand.
    """

    index: int
    codec: str
    sample_rate_hz: int
    channels: int
    bitrate_bps: int = 0
    channel_layout: str = ""
    language: str = ""
    title: str = ""
    is_default: bool = False
    is_visual_impaired: bool = False
    is_hearing_impaired: bool = False
    is_commentary: bool = False
    is_decodable: bool = True
    profile: str = ""
    codec_string: str = ""
    start_s: float = 0.0
    duration_s: float = 0.0


class SubtitleStream(Model):
    """One subtitle track; `is_text` is False for bitmap subtitles. The other `is_*` flags are the file's own.

    `is_forced`: only what a viewer of the original language needs (signs, foreign speech). `is_hearing_impaired`:
    sounds are described too.
    """

    index: int
    codec: str
    language: str = ""
    title: str = ""
    is_default: bool = False
    is_forced: bool = False
    is_hearing_impaired: bool = False
    is_commentary: bool = False
    is_text: bool


class OtherStream(Model):
    """A stream that no job can read. `codec` and `tag` are '' where unknown.

    `reason`: it has no decoder, its data does not decode, or it first appears after the part of the file that is
    probed.
    """

    index: int
    type: Literal["video", "audio", "subtitle"]
    codec: str = ""
    tag: str = ""
    language: str = ""
    reason: Literal["NoDecoder", "NotDecoding", "AppearsLate"]


class FurtherStream(Model):
    """A track that is neither the main video nor audio nor subtitles.

    `type` cover: a picture that stands for the file (album art, thumbnail). `name` is an attachment's file name.
    """

    index: int
    type: Literal["video", "cover", "attachment", "data"]
    codec: str = ""
    language: str = ""
    name: str = ""


class MediaInfo(Model):
    """The properties of a file: container names as ffmpeg's demuxer gives them, duration in seconds, size in bytes.

    `video` is the main video track; all audio and subtitle tracks are listed; `further` lists the other tracks.
    `other` are streams of these three types that cannot be read at all. `clock_corrections` counts the jumps of its
    clock (joined recordings) that are taken out of all times.
    """

    container: str
    duration_s: float
    size_bytes: int
    bitrate_bps: int
    video: VideoStream | None = None
    audio: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()
    other: tuple[OtherStream, ...] = ()
    clock_corrections: int = 0
    further: tuple[FurtherStream, ...] = ()

    @property
    def main_audio(self) -> AudioStream | None:
        """The audio track to keep when one is kept: of those that decode, the first flagged default, else the first."""
        decodable = [track for track in self.audio if track.is_decodable]
        return next((track for track in decodable if track.is_default), next(iter(decodable), None))

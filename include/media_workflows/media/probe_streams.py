"""Streams as PyAV opened them, described: from PyAV's objects to the model's."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

import av
from av.audio.stream import AudioStream as AvAudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.subtitles.stream import SubtitleStream as AvSubtitleStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideoStream

from media_workflows.media.codec_strings import codec_string
from media_workflows.media.colour import hdr_kind, matrix_name, primaries_name, range_name, transfer_name
from media_workflows.media.formats import is_one_of
from media_workflows.media.timeline import Span
from media_workflows.model.media_info import AudioStream, SubtitleStream, VideoStream

_NOT_VIDEO = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_INTERLACED_ORDERS = frozenset({2, 3, 4, 5})  # libavcodec's AVFieldOrder: tt, bb, tb, bt
_ALPHA_FORMATS = ("yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16")
_WHOLE_FILE_DURATION = frozenset({"matroska", "flv"})
_ANGLE_SLACK_DEG = 1  # ffmpeg's own
_WIDEST_PIXEL = 10
_UNKNOWN_LEVEL = -99  # libavcodec's AV_LEVEL_UNKNOWN
_PICTURE_SUBTITLES = frozenset({"hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "dvb_teletext", "xsub"})

AvStream: TypeAlias = AvVideoStream | AvAudioStream | AvSubtitleStream


def best_video(container: InputContainer) -> AvVideoStream | None:
    """The main picture track: not a cover, not a slide track beside a film; then default, large, first."""
    streams = [s for s in container.streams.video if s.codec_context and not s.disposition & _NOT_VIDEO]
    if not streams:
        return None
    fastest = max(_rate(stream) for stream in streams)
    moving = [stream for stream in streams if _rate(stream) * 2 >= fastest]
    return max(moving, key=lambda s: (bool(s.disposition & Disposition.default), s.width * s.height, -s.index))


def _rate(stream: AvVideoStream) -> Fraction:
    return stream.average_rate or stream.guessed_rate or Fraction(0)


def described_video(stream: AvVideoStream, frame: VideoFrame, span: Span) -> VideoStream:
    """A picture track by its header and its first frame: rotation and HDR stand in frames only."""
    rotation, shape, ignored = sane_shape(frame.rotation, stream.sample_aspect_ratio or Fraction(1))
    width, height = max(1, round(frame.width * shape)), frame.height
    if rotation % 180:
        width, height = height, width
    context = stream.codec_context
    return VideoStream(
        index=stream.index,
        codec=codec_name(stream),
        width=frame.width,
        height=frame.height,
        display_width=width,
        display_height=height,
        rotation=rotation,
        fps=round(float(_rate(stream)), 3),
        pixel_format=frame.format.name,
        bitrate_bps=context.bit_rate or span.bitrate_bps,
        frame_rate=_rate(stream),
        nominal_rate=stream.guessed_rate or Fraction(0),
        sample_aspect_ratio=shape,
        bit_depth=frame.format.components[0].bits,
        has_alpha=frame.format.name.startswith(_ALPHA_FORMATS) or stream.metadata.get("alpha_mode") == "1",
        is_interlaced=context.field_order in _INTERLACED_ORDERS or frame.interlaced_frame,
        color_primaries=primaries_name(frame.color_primaries),
        color_transfer=transfer_name(frame.color_trc),
        color_matrix=matrix_name(frame.colorspace),
        color_range=range_name(frame.color_range),
        hdr=hdr_kind(frame, context.codec_tag),
        profile=context.profile or "",
        level=None if context.level == _UNKNOWN_LEVEL else context.level,
        codec_string=codec_string(stream),
        start_s=round(span.start_s, 3),
        duration_s=round(span.duration_s, 3),
        ignored_shape=ignored,
    )


def sane_shape(rotation: int, pixel_aspect: Fraction) -> tuple[int, Fraction, str]:
    """Rotation in right angles and pixel aspect as they are applied, and what is ignored in words ('' = nothing).

    No camera writes other angles; an all-zero matrix has none. Real pixels are at most about 4 times as wide as high.
    """
    ignored = []
    right_angle = round(rotation / 90) * 90
    if abs(rotation - right_angle) > _ANGLE_SLACK_DEG or abs(rotation) > 360:
        right_angle = 0
        angle = f"a rotation by {rotation} degrees" if abs(rotation) <= 360 else "a display matrix without an angle"
        ignored.append(angle)
    if not 1 / _WIDEST_PIXEL <= pixel_aspect <= _WIDEST_PIXEL:
        ignored.append(f"a pixel aspect ratio of {pixel_aspect.numerator}:{pixel_aspect.denominator}")
        pixel_aspect = Fraction(1)
    return right_angle, pixel_aspect, " and ".join(ignored)


def described_audio(stream: AvAudioStream, decodes: bool, span: Span) -> AudioStream:
    """A sound track by its header."""
    context = stream.codec_context
    return AudioStream(
        index=stream.index,
        codec=codec_name(stream),
        sample_rate_hz=context.sample_rate,
        channels=context.channels,
        bitrate_bps=context.bit_rate or span.bitrate_bps,
        channel_layout=context.layout.name,
        language=_language(stream),
        title=stream.metadata.get("title", ""),
        is_default=_is_default(stream),
        is_decodable=decodes,
        profile=context.profile or "",
        codec_string=codec_string(stream),
        start_s=round(span.start_s, 3),
        duration_s=round(span.duration_s, 3),
    )


def described_subtitle(stream: AvSubtitleStream) -> SubtitleStream:
    """A subtitle track by its header."""
    codec = codec_name(stream)
    return SubtitleStream(
        index=stream.index,
        codec=codec,
        language=_language(stream),
        title=stream.metadata.get("title", ""),
        is_default=_is_default(stream),
        is_text=codec not in _PICTURE_SUBTITLES,
    )


def header_span(container: InputContainer, stream: AvStream) -> Span | None:
    """Where a stream lies by its header, in seconds from the container's start; None when that is left open.

    Matroska and FLV state the duration of the whole file, which ffmpeg then gives each stream, a picture of one frame
    included.
    """
    if is_one_of(container.format.name, _WHOLE_FILE_DURATION):
        return None
    if stream.start_time is None or not stream.duration or stream.time_base is None:
        return None
    start_s = float(stream.start_time * stream.time_base) - (container.start_time or 0) / av.time_base
    return Span(start_s, start_s + float(stream.duration * stream.time_base))


def codec_name(stream: AvStream) -> str:
    return str(stream.codec_context.codec.canonical_name)


def _language(stream: AvStream) -> str:
    language = stream.language or stream.metadata.get("LANGUAGE", "")
    return "" if language == "und" else language


def _is_default(stream: AvStream) -> bool:
    return bool(stream.disposition & Disposition.default)

"""Conversion of PyAV's streams to the domain's media info."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import av
from av.audio.stream import AudioStream as AvAudioStream
from av.container import InputContainer
from av.stream import DataStream, Disposition, Stream
from av.subtitles.stream import SubtitleStream as AvSubtitleStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideoStream

from media_workflows.domain.jobs.stream_limits import MOST_PIXEL_ASPECT
from media_workflows.domain.media_info import AudioStream, FurtherStream, OtherStream, SubtitleStream, VideoStream
from media_workflows.media.source.closed_captions import has_captions
from media_workflows.media.source.codec_strings import codec_string
from media_workflows.media.source.colour import hdr_kind, matrix_name, primaries_name, range_name, transfer_name
from media_workflows.media.source.formats import (
    BARE_VIDEO_CONTAINERS,
    HEADERLESS_CONTAINERS,
    PICTURE_SUBTITLES,
    is_one_of,
)
from media_workflows.media.source.language_codes import read_language
from media_workflows.media.source.packet_times import Span
from media_workflows.media.source.pyav import StreamLine, codec_tag, stream_lines

_NOT_VIDEO = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_INTERLACED_ORDERS = frozenset({2, 3, 4, 5})  # libavcodec's AVFieldOrder: tt, bb, tb, bt
_ALPHA_FORMATS = ("yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16")
_MEDIA_TYPES = frozenset({"video", "audio", "subtitle"})
_WHOLE_FILE_DURATION = frozenset({"matroska", "flv"})
_ANGLE_SLACK_DEG = 1  # ffmpeg's own
_UNKNOWN_LEVEL = -99  # libavcodec's AV_LEVEL_UNKNOWN

AvStream: TypeAlias = AvVideoStream | AvAudioStream | AvSubtitleStream


def best_video(container: InputContainer) -> AvVideoStream | None:
    """The main video track: not a cover, not a slide track beside a film; then default, large, first."""
    streams = [s for s in container.streams.video if s.codec_context and not s.disposition & _NOT_VIDEO]
    if not streams:
        return None
    fastest = max(_rate(stream) for stream in streams)
    moving = [stream for stream in streams if _rate(stream) * 2 >= fastest]
    return max(moving, key=lambda s: (bool(s.disposition & Disposition.default), s.width * s.height, -s.index))


def _rate(stream: AvVideoStream) -> Fraction:
    if is_one_of(stream.container.format.name, BARE_VIDEO_CONTAINERS):  # the average is the demuxer's own 25
        return stream.guessed_rate or Fraction(25)
    return stream.average_rate or stream.guessed_rate or Fraction(0)


def described_video(stream: AvVideoStream, frame: VideoFrame, span: Span, is_vfr: bool | None) -> VideoStream:
    """A video track by its header and its first frame: only frames hold rotation and HDR."""
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
        is_vfr=is_vfr,
        sample_aspect_ratio=shape,
        bit_depth=frame.format.components[0].bits,
        has_alpha=frame.format.name.startswith(_ALPHA_FORMATS) or stream.metadata.get("alpha_mode") == "1",
        is_interlaced=context.field_order in _INTERLACED_ORDERS or frame.interlaced_frame,
        color_primaries=primaries_name(frame.color_primaries),
        color_transfer=transfer_name(frame.color_trc),
        color_matrix=matrix_name(frame.colorspace),
        color_range=range_name(frame.color_range),
        hdr=hdr_kind(frame, codec_tag(context)),
        profile=context.profile or "",
        level=None if context.level == _UNKNOWN_LEVEL else context.level,
        codec_string=codec_string(stream),
        start_s=round(span.start_s, 3),
        duration_s=round(span.duration_s, 3),
        has_closed_captions=has_captions(frame),
        ignored_shape=ignored,
    )


def sane_shape(rotation: int, pixel_aspect: Fraction) -> tuple[int, Fraction, str]:
    """The rotation (in right angles) and pixel aspect to apply, and a description of ignored values ('' = none).

    Cameras write right angles only; an all-zero matrix has none. Real pixels are at most about 4 times as wide as high.
    """
    ignored = []
    right_angle = round(rotation / 90) * 90
    if abs(rotation - right_angle) > _ANGLE_SLACK_DEG or abs(rotation) > 360:
        right_angle = 0
        angle = f"a rotation by {rotation} degrees" if abs(rotation) <= 360 else "a display matrix without an angle"
        ignored.append(angle)
    if not 1 / MOST_PIXEL_ASPECT <= pixel_aspect <= MOST_PIXEL_ASPECT:
        ignored.append(f"a pixel aspect ratio of {pixel_aspect.numerator}:{pixel_aspect.denominator}")
        pixel_aspect = Fraction(1)
    return right_angle, pixel_aspect, " and ".join(ignored)


def described_audio(stream: AvAudioStream, decodes: bool, span: Span) -> AudioStream:
    """An audio track by its header."""
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
        is_visual_impaired=_flagged(stream, Disposition.visual_impaired | Disposition.descriptions),
        is_hearing_impaired=_flagged(stream, Disposition.hearing_impaired),
        is_commentary=_flagged(stream, Disposition.comment),
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
        is_forced=_flagged(stream, Disposition.forced),
        is_hearing_impaired=_flagged(stream, Disposition.hearing_impaired | Disposition.captions),
        is_commentary=_flagged(stream, Disposition.comment),
        is_text=codec not in PICTURE_SUBTITLES,
    )


def described_further(container: InputContainer, main_video: int | None) -> Iterator[FurtherStream]:
    """The tracks beside the main video (by index), the audio and the subtitles.

    Without tracks that muxers rewrite from the metadata: the text track of chapters, and timecode.
    """
    for stream in container.streams.video:
        if stream.codec_context and stream.index != main_video:
            is_cover = bool(stream.disposition & _NOT_VIDEO)
            type_: Literal["video", "cover"] = "cover" if is_cover else "video"
            yield FurtherStream(
                index=stream.index, type=type_, codec=codec_name(stream), language=_language(stream), name=_name(stream)
            )
    for attachment in container.streams.attachments:
        yield FurtherStream(
            index=attachment.index, type="attachment", codec=attachment.mimetype or "", name=_name(attachment)
        )
    for data in container.streams.data:
        if not _is_rewritten(data):
            yield FurtherStream(index=data.index, type="data", codec=data.name or "", language=_language(data))


def _is_rewritten(data: DataStream) -> bool:
    return (data.name == "bin_data" and bool(data.container.chapters())) or "timecode" in data.metadata


def header_span(container: InputContainer, stream: AvStream) -> Span | None:
    """The span of a stream by its header, in seconds from the container's start; None when the header states none.

    Matroska and FLV state the duration of the whole file, which ffmpeg assigns to each stream, even of one frame.
    """
    if is_one_of(container.format.name, _WHOLE_FILE_DURATION):
        return None
    if stream.start_time is None or not stream.duration or stream.time_base is None:
        return None
    start_s = float(stream.start_time * stream.time_base) - (container.start_time or 0) / av.time_base
    return Span(start_s, start_s + float(stream.duration * stream.time_base))


def undecodable_streams(container: InputContainer) -> tuple[OtherStream, ...]:
    """Video, audio and subtitle streams without a decoder, except covers and slides."""
    found = [
        stream
        for stream in container.streams
        if stream.codec_context is None
        and stream.type in _MEDIA_TYPES
        and not (stream.type == "video" and stream.disposition & _NOT_VIDEO)
    ]
    lines = stream_lines(container) if found else {}
    return tuple(_other(lines[stream.index], "NoDecoder") for stream in found if stream.index in lines)


def late_streams(container: InputContainer) -> tuple[OtherStream, ...]:
    """The streams that appeared after the opening, in formats that allow it. All packets must have been read."""
    if not is_one_of(container.format.name, HEADERLESS_CONTAINERS):
        return ()
    late = [line for line in stream_lines(container).values() if line.index >= len(container.streams)]
    return tuple(_other(line, "AppearsLate") for line in late if line.type in _MEDIA_TYPES)


def _other(line: StreamLine, reason: Literal["NoDecoder", "AppearsLate"]) -> OtherStream:
    type_: Any = line.type  # the caller has checked it
    return OtherStream(
        index=line.index, type=type_, codec=line.codec, tag=line.tag, language=line.language, reason=reason
    )


def codec_name(stream: AvStream) -> str:
    return str(stream.codec_context.codec.canonical_name)


def _name(stream: Stream) -> str:
    return str(stream.metadata.get("filename", stream.metadata.get("title", "")))


def _language(stream: Stream) -> str:
    language = str(stream.metadata.get("language", "") or stream.metadata.get("LANGUAGE", ""))
    return read_language(language, stream.container.format.name)


def _is_default(stream: AvStream) -> bool:
    return _flagged(stream, Disposition.default)


def _flagged(stream: AvStream, dispositions: Disposition) -> bool:
    """Whether the track has one of these dispositions."""
    return bool(stream.disposition & dispositions)

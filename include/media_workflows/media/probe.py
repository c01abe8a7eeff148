"""`probe`: what a media file holds, read in process with PyAV (there is no ffprobe to call).

A source is opened with a demuxer allow-list and the `file` protocol alone, so that an upload can
never make a worker read another file or a URL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import av
from av.audio.stream import AudioStream as AvAudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideoStream

from media_workflows.errors import IncompleteSourceError, MediaError, UnreadableSourceError
from media_workflows.media import sniff
from media_workflows.media.formats import (
    DEMUXERS,
    GUESSING_CONTAINERS,
    HLS_DEMUXERS,
    PICTURE_DEMUXERS,
    PROTOCOLS,
    is_one_of,
    open_options,
)
from media_workflows.media.timeline import cut_message, packet_end_s
from media_workflows.model.media_info import AudioStream, MediaInfo, VideoStream

__all__ = ["DEMUXERS", "PROTOCOLS", "probe", "probe_picture", "probe_playlist"]

_NOT_VIDEO = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_DECODE_ATTEMPTS = 600  # packets: a stream joined in the middle of a long GOP still has a key frame among them


def probe(path: Path) -> MediaInfo:
    """Describe an audio or video file. Raises UnreadableSourceError, or IncompleteSourceError when
    the header is there and the data it promises is not."""
    _refuse_by_head(path)
    return _probe(path, DEMUXERS)


def probe_picture(path: Path) -> MediaInfo:
    """Describe a picture or GIF this product wrote. Raises UnreadableSourceError."""
    return _probe(path, PICTURE_DEMUXERS)


def probe_playlist(path: Path) -> MediaInfo:
    """Describe a local HLS playlist this product wrote, through its segments. Raises UnreadableSourceError.

    Never for a source: a playlist names other files.
    """
    return _probe(path, HLS_DEMUXERS)


def _refuse_by_head(path: Path) -> None:
    if not path.is_file():
        raise UnreadableSourceError("the source is not there, or is not a file")
    with path.open("rb") as file:
        head = file.read(sniff.HEAD_BYTES)
    if not head:
        raise UnreadableSourceError("the source is empty (0 bytes); upload it again")
    if sniff.is_playlist(head):
        raise UnreadableSourceError("the source is a playlist, a text that points to other files; upload the media")
    if sniff.is_picture(head):
        raise UnreadableSourceError("the source is a still picture, not audio or video")


def _probe(path: Path, demuxers: Iterable[str]) -> MediaInfo:
    try:
        with _opened(path, demuxers) as container:
            video = _described_video(lambda: _opened(path, demuxers), _best_video(container))
            audio = tuple(_described_audio(stream) for stream in container.streams.audio if stream.codec_context)
            _require_data(lambda: _opened(path, demuxers), container, video, audio)
            duration_s = _duration_s(container)
            if not duration_s:  # neither the header nor a stream says: count the packets
                with _opened(path, demuxers) as fresh:
                    duration_s = packet_end_s(fresh)
            return _info(path, container, duration_s, video, audio)
    except FFmpegError as error:
        _refuse(path, error)


def _opened(path: Path, demuxers: Iterable[str]) -> InputContainer:
    return av.open(str(path), mode="r", options=open_options(demuxers), metadata_errors="replace")


def _refuse(path: Path, error: FFmpegError) -> NoReturn:
    with path.open("rb") as file:
        head = file.read(sniff.HEAD_BYTES)
    if sniff.is_iso_media(head):
        cause = "its index is missing or damaged, as after an aborted upload or recording; upload it again"
    else:
        cause = "it is broken, or not a media file this service opens"
    raise UnreadableSourceError(f"the source cannot be read: {cause} ({error.strerror})") from error


def _best_video(container: InputContainer) -> AvVideoStream | None:
    """The main picture track: not a cover, not a slide track beside a film; then default, large, first."""
    streams = [s for s in container.streams.video if s.codec_context and not s.disposition & _NOT_VIDEO]
    if not streams:
        return None
    fastest = max(_rate(stream) for stream in streams)
    moving = [stream for stream in streams if _rate(stream) * 2 >= fastest]
    return max(moving, key=lambda s: (bool(s.disposition & Disposition.default), s.width * s.height, -s.index))


def _rate(stream: AvVideoStream) -> Fraction:
    return stream.average_rate or stream.guessed_rate or Fraction(0)


def _described_video(reopen: Callable[[], InputContainer], stream: AvVideoStream | None) -> VideoStream | None:
    """The stream with its rotation, which PyAV tells of a decoded frame only. None: the stream is empty.

    Raises UnreadableSourceError when there is data and none of it decodes.
    """
    if stream is None:
        return None
    with reopen() as fresh:
        frame, packets = _first_frame(fresh, stream.index)
    if frame is None and packets:
        raise UnreadableSourceError(f"the source's {_codec(stream)} video cannot be decoded: not one picture comes out")
    return None if frame is None else _video(stream, frame)


def _first_frame(container: InputContainer, index: int) -> tuple[VideoFrame | None, int]:
    """The first picture of a stream, and how many packets it took."""
    packets = 0
    for packet in container.demux(container.streams[index]):
        packets += packet.size > 0
        try:
            frames: list[Any] = list(packet.decode())
        except FFmpegError:
            continue  # a damaged start is survivable; no picture at all is not
        if frames:
            return frames[0], packets
        if packets >= _DECODE_ATTEMPTS:
            break
    return None, packets


def _video(stream: AvVideoStream, frame: VideoFrame) -> VideoStream:
    shape = stream.sample_aspect_ratio or Fraction(1)
    width, height = max(1, round(frame.width * shape)), frame.height
    if frame.rotation % 180:
        width, height = height, width
    return VideoStream(
        index=stream.index,
        codec=_codec(stream),
        width=frame.width,
        height=frame.height,
        display_width=width,
        display_height=height,
        rotation=frame.rotation,
        fps=round(float(_rate(stream)), 3),
        pixel_format=frame.format.name,
        bitrate_bps=stream.codec_context.bit_rate or 0,
    )


def _described_audio(stream: AvAudioStream) -> AudioStream:
    context = stream.codec_context
    return AudioStream(
        index=stream.index,
        codec=_codec(stream),
        sample_rate_hz=context.sample_rate,
        channels=context.channels,
        bitrate_bps=context.bit_rate or 0,
    )


def _codec(stream: AvVideoStream | AvAudioStream) -> str:
    return str(stream.codec_context.codec.canonical_name)


def _require_data(
    reopen: Callable[[], InputContainer],
    container: InputContainer,
    video: VideoStream | None,
    audio: tuple[AudioStream, ...],
) -> None:
    """Raises UnreadableSourceError or IncompleteSourceError when no stream holds a single packet."""
    if video is not None:
        return
    if audio:
        with reopen() as fresh:
            if any(packet.size for packet in fresh.demux(*fresh.streams.audio)):
                return
    raise _nothing_inside(_duration_s(container))


def _nothing_inside(declared_s: float) -> MediaError:
    if declared_s:
        return IncompleteSourceError(cut_message(0.0, declared_s))
    return UnreadableSourceError("the source holds no audio and no video")


def _duration_s(container: InputContainer) -> float:
    """Seconds by the container, else by its longest stream; 0 when neither says anything to rely on."""
    if is_one_of(container.format.name, GUESSING_CONTAINERS):
        return 0.0
    if container.duration and container.duration > 0:
        return container.duration / av.time_base
    told = (float(s.duration * s.time_base) for s in container.streams if s.duration and s.time_base)
    return max(told, default=0.0)


def _info(
    path: Path, container: InputContainer, duration_s: float, video: VideoStream | None, audio: tuple[AudioStream, ...]
) -> MediaInfo:
    size = path.stat().st_size
    average = round(size * 8 / duration_s) if duration_s else 0
    return MediaInfo(
        container=container.format.name,
        duration_s=round(duration_s, 3),
        size_bytes=size,
        bitrate_bps=container.bit_rate or average,
        video=video,
        audio=audio,
    )

"""Check that an output decodes in its middle and to its end, which a probe of its header does not show."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from av.video.frame import VideoFrame

from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import OutputRejectedError
from media_workflows.media.source.timeline import tolerance_s
from media_workflows.media.verify.open_output import open_output

_SOUND_PACKETS = 20  # decoded at the end of an audio track, whose packets are all key frames
_MIDDLE_S = 1.0  # decoded from a key frame near the middle on
_STRICT = {"err_detect": "explode"}  # damage is an error here, not something to conceal
# The smoothing of block edges detects no damage, and changes no thumbnail.
_DECODER = {**_STRICT, "skip_loop_filter": "all"}


@dataclass(frozen=True)
class ShownFrame:
    """A decoded frame of an output and its time, in seconds from the output's start.

    Players turn it counterclockwise by `rotation` degrees: a copy keeps the source's display matrix.
    """

    time_s: float
    frame: VideoFrame
    rotation: int = 0


def require_playable(path: Path, info: MediaInfo) -> list[ShownFrame]:
    """Decode from a key frame in the middle or to it, and from the last key frame to the end; the first frame, one in
    the middle and the last one are returned where the output has a picture.

    The packets are read from start to end, which costs little beside decoding and, unlike seeking,
    works in every container. Raises OutputRejectedError when something does not decode, or the
    frames end before the stream should.
    """
    track = info.video or next(iter(info.audio), None)
    if track is None or not track.duration_s:
        return []
    try:
        with open_output(path, _STRICT) as container:
            stream: Any = container.streams[track.index]
            stream.codec_context.options = _DECODER
            origin_s = (container.start_time or 0) / av.time_base
            samples = _samples(container.demux(stream), origin_s + track.start_s, track.duration_s)
            decoded = [_decoded(stream, packets, origin_s) for packets in samples]
            ends_s = [end_s for end_s, _ in decoded]
    except FFmpegError as error:
        raise OutputRejectedError(
            "the output does not decode to its end ({cause}); run the job again, and report it with the source if it "
            "persists",
            cause=error.strerror,
        ) from error
    last_s, end_s = ends_s[-1], track.start_s + track.duration_s
    if last_s < end_s - tolerance_s(track.duration_s):
        raise _ends_early(last_s, end_s)
    # Where the header states no duration of a stream, it is the duration of its packets.
    streams_s = max(stream.start_s + stream.duration_s for stream in (track, *info.audio))
    if streams_s < info.duration_s - tolerance_s(info.duration_s):
        raise _ends_early(streams_s, info.duration_s)
    rotation = info.video.rotation if info.video else 0
    return [replace(shown, rotation=rotation) for _, shown in decoded if shown is not None]


def _ends_early(end_s: float, duration_s: float) -> OutputRejectedError:
    return OutputRejectedError(
        "the frames of the output end at {end_s} s of {duration_s} s; run the job again, and report it with the source "
        "if it persists",
        end_s=f"{end_s:.1f}",
        duration_s=f"{duration_s:.1f}",
    )


def _samples(packets: Iterable[Any], begin_s: float, length_s: float) -> tuple[list[Any], list[Any], list[Any]]:
    """The first key frame, packets of the middle, and those from the last key frame on.

    Those of the middle begin at the key frame nearest to it, in the middle half; without one there, they are all from
    a key frame to the middle.
    """
    first: list[Any] = []
    middle = _Middle(begin_s + length_s / 2, length_s / 4)
    tail: list[Any] = []
    for packet in packets:
        if not packet.size:
            continue
        if packet.is_keyframe:
            tail = tail[1 - _SOUND_PACKETS :] if packet.stream.type == "audio" else []
        tail.append(packet)
        first = first or tail[:1]
        middle.take(packet, tail)
    return first, middle.packets, tail


class _Middle:
    """The packets of a stream's middle, found while it is read."""

    def __init__(self, middle_s: float, reach_s: float) -> None:
        self._middle_s, self._distance_s = middle_s, reach_s
        self._up_to_it: list[Any] = []
        self._around_it: list[Any] = []
        self._ends_s = -math.inf  # of the latter

    @property
    def packets(self) -> list[Any]:
        return self._around_it or self._up_to_it

    def take(self, packet: Any, since_key_frame: list[Any]) -> None:
        """The next packet of the stream, the last one of `since_key_frame`."""
        if packet.pts is None:
            return
        time_s = float(packet.pts * packet.time_base)
        if not self._up_to_it and time_s >= self._middle_s:
            self._up_to_it = list(since_key_frame)
        if packet.is_keyframe and packet.stream.type == "video":
            self._ends_s = -math.inf
            if (distance_s := abs(time_s - self._middle_s)) < self._distance_s:
                self._distance_s, self._around_it, self._ends_s = distance_s, [], time_s + _MIDDLE_S
        if time_s >= self._ends_s:
            self._ends_s = -math.inf  # frames that follow may depend on this one, and be shown before it
        else:
            self._around_it.append(packet)


def _decoded(stream: Any, packets: list[Any], origin_s: float) -> tuple[float, ShownFrame | None]:
    """The end of the last frame, by the stream's own timestamps, and its picture. Raises FFmpegError."""
    stream.codec_context.flush_buffers()
    end_s, shown = 0.0, None
    for packet in [*packets, None]:
        for frame in stream.codec_context.decode(packet):
            if frame.pts is not None and not frame.is_corrupt:
                time_base = frame.time_base or stream.time_base or Fraction(1)
                end_s = max(end_s, float((frame.pts + (frame.duration or 0)) * time_base))
                if isinstance(frame, VideoFrame):
                    shown = ShownFrame(float(frame.pts * time_base) - origin_s, frame)
    return end_s - origin_s, shown

"""Where the packets of a file really end, whatever its header says. Demuxing only, nothing is decoded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet

from media_workflows.media import sniff
from media_workflows.media.formats import DECLARING_CONTAINERS, JUMPING_CONTAINERS, is_one_of, open_options
from media_workflows.model.media_info import MediaInfo


def tolerance_s(duration_s: float) -> float:
    """How far two durations of the same material may lie apart, in seconds.

    Half a second covers encoder delay, edit lists and the length of a last frame; 2 % covers slow
    frame rates; the cap of 5 s keeps a film that lost its last scene from passing.
    """
    return min(max(0.5, 0.02 * duration_s), 5.0)


def cut_message(end_s: float, declared_s: float) -> str:
    """What to tell the user about a source that ends before its header says (seconds)."""
    return f"the source ends at {end_s:.1f} s of {declared_s:.1f} s: the file is incomplete; upload it again"


@dataclass
class Span:
    """Where the packets of a stream begin and end, in seconds from the container's start, and their bytes."""

    start_s: float
    end_s: float
    size_bytes: int = 0

    @property
    def duration_s(self) -> float:
        return max(0.0, self.end_s - self.start_s)

    @property
    def bitrate_bps(self) -> int:
        """The average; 0 where no bytes were counted."""
        return round(self.size_bytes * 8 / self.duration_s) if self.duration_s else 0


_LEAD_S = 0.01
JUMP_S = 10.0  # ffmpeg's dts_delta_threshold: from here on it takes a step in time for a jump of the clock


def data_lead_s(container: InputContainer) -> float:
    """Seconds that a data track of a transport stream begins before picture and sound: ffmpeg leaves them out."""
    tracks = (*container.streams.video, *container.streams.audio)
    starts = [
        float(track.start_time * track.time_base)
        for track in tracks
        if track.start_time is not None and track.time_base
    ]
    if not starts or not is_one_of(container.format.name, JUMPING_CONTAINERS):
        return 0.0
    return max(0.0, min(starts) - (container.start_time or 0) / av.time_base)


class _Clock:
    """Seconds from the start of picture and sound, jumps of the clock taken out, as ffmpeg does where it encodes."""

    def __init__(self, container: InputContainer) -> None:
        self._origin_s = (container.start_time or 0) / av.time_base + data_lead_s(container)
        self._may_jump = is_one_of(container.format.name, JUMPING_CONTAINERS)
        self._latest_s: float | None = None
        self.jumped = False

    def time_s(self, moment_s: float) -> float:
        time_s = moment_s - self._origin_s
        if self._may_jump and self._latest_s is not None and abs(time_s - self._latest_s) > JUMP_S:
            self.jumped = True
            self._origin_s += time_s - self._latest_s
            time_s = self._latest_s
        self._latest_s = time_s
        return time_s


def timed_packets(container: InputContainer) -> Iterator[tuple[Packet[Any], float]]:
    """All packets that hold something, with their times in seconds from the start; up to damage, if any."""
    clock = _Clock(container)
    with contextlib.suppress(FFmpegError):
        for packet in container.demux():
            moment = packet.pts if packet.pts is not None else packet.dts
            if moment is not None and packet.size:
                yield packet, clock.time_s(float(moment * packet.time_base))


def packet_spans(container: InputContainer) -> dict[int, Span]:
    """Stream index -> span of its packets, up to the end of the file or to the damage that stops the demuxer."""
    clock = _Clock(container)
    spans: dict[int, Span] = {}
    with contextlib.suppress(FFmpegError):  # the material ends where the demuxer gives up
        for packet in container.demux():
            moment = packet.pts if packet.pts is not None else packet.dts
            if moment is None or not packet.size:
                continue
            start_s = clock.time_s(float(moment * packet.time_base))
            span = spans.setdefault(packet.stream.index, Span(start_s, start_s))
            span.start_s = min(span.start_s, start_s)
            span.end_s = max(span.end_s, start_s + float((packet.duration or 0) * packet.time_base))
            span.size_bytes += packet.size
    return spans


def packet_end_s(container: InputContainer) -> float:
    """End of the last packet of any stream, in seconds; 0 for a file without packets."""
    return max((span.end_s for span in packet_spans(container).values()), default=0.0)


def key_frames_s(container: InputContainer, index: int) -> list[float]:
    """Moments of a stream's key frames, in seconds from the start, ascending; [] when jumps to them would miss."""
    if data_lead_s(container) > _LEAD_S:  # jumps count from where the data begins
        return []
    clock = _Clock(container)
    found: list[float] = []
    with contextlib.suppress(FFmpegError):  # the material ends where the demuxer gives up
        for packet in container.demux(container.streams[index]):
            if packet.pts is None or packet.is_discard:
                continue
            time_s = clock.time_s(float(packet.pts * packet.time_base))
            if packet.is_keyframe:
                found.append(time_s)
    return [] if clock.jumped else sorted(found)


_RIFF_PADDING_BYTES = 64  # sloppy writers count a chunk's header or padding twice


class SourceTimeline:
    """The real end of a source. Everything is read when first asked for, and once."""

    def __init__(self, path: Path, info: MediaInfo) -> None:
        self._path = path
        self._info = info

    @property
    def declared_s(self) -> float:
        """Seconds the source is said to last."""
        return self._info.duration_s

    @cached_property
    def _spans(self) -> dict[int, Span]:
        with self._opened() as container:
            return packet_spans(container)

    @cached_property
    def key_frames_s(self) -> list[float]:
        """Moments of the picture track's key frames; [] without one."""
        if self._info.video is None:
            return []
        with self._opened() as container:
            return key_frames_s(container, self._info.video.index)

    def key_frame_before(self, moment_s: float) -> float:
        """The last key frame of the picture track at or before a moment (seconds); the moment itself without one."""
        if self._info.video is None:
            return moment_s
        with contextlib.suppress(FFmpegError), self._opened() as container:
            stream, origin = container.streams[self._info.video.index], container.start_time or 0
            container.seek(int(moment_s * av.time_base) + origin)
            for packet in container.demux(stream):
                if packet.is_keyframe and packet.pts is not None:
                    found_s = float(packet.pts * packet.time_base) - origin / av.time_base
                    return found_s if found_s <= moment_s else moment_s
        return moment_s

    @cached_property
    def end_s(self) -> float:
        """Seconds at which the last packet ends."""
        return max((span.end_s for span in self._spans.values()), default=0.0)

    def with_packets(self, indices: Sequence[int]) -> list[int]:
        """Those of the tracks that hold anything."""
        return [index for index in indices if index in self._spans]

    def kept_s(self, video: bool, audio: bool, from_s: float = 0.0, further: Sequence[int] = ()) -> float:
        """Seconds that the streams an output keeps (picture, main audio track, further ones) last after `from_s`."""
        kept = [self._info.video.index] if video and self._info.video else []
        kept += [self._info.main_audio.index] if audio and self._info.main_audio else []
        spans = [self._spans[index] for index in (*kept, *further) if index in self._spans]
        if not spans:
            return 0.0
        # A stream may begin late (a data track before it): a file made of it does not hold the gap.
        begin_s = max(from_s, min(span.start_s for span in spans))
        return max(0.0, max(span.end_s for span in spans) - begin_s)

    @cached_property
    def lacks_bytes(self) -> bool:
        """Whether a RIFF file (AVI, WAV) is shorter than it says. ffmpeg silently shortens its duration to fit."""
        return self._said_bytes > self._info.size_bytes + _RIFF_PADDING_BYTES

    @cached_property
    def _said_bytes(self) -> int:
        with self._path.open("rb") as file:
            return sniff.riff_bytes(file.read(sniff.HEAD_BYTES)) or 0

    @cached_property
    def is_cut(self) -> bool:
        """Whether the file ends before its header says. False where the header makes no promise.

        The tail is read first: whoever finds data at the promised end need not read the whole file.
        """
        if self.lacks_bytes:
            return True
        declared_s = self._info.duration_s
        if not is_one_of(self._info.container, DECLARING_CONTAINERS) or declared_s <= 0:
            return False
        enough_s = declared_s - tolerance_s(declared_s)
        return self._tail_end_s() < enough_s and self.end_s < enough_s

    @property
    def cut_message(self) -> str:
        """`cut_message` of this source."""
        if self.lacks_bytes:
            share = f"{self._info.size_bytes} of {self._said_bytes} bytes"
            return f"the source holds {share}: the file is incomplete; upload it again"
        return cut_message(self.end_s, self.declared_s)

    def _tail_end_s(self) -> float:
        try:
            with self._opened() as container:
                container.seek(int(self._info.duration_s * av.time_base) + (container.start_time or 0))
                return packet_end_s(container)
        except FFmpegError:
            return 0.0  # cannot seek: the whole file decides

    def _opened(self) -> InputContainer:
        return av.open(str(self._path), mode="r", options=open_options(), metadata_errors="replace")

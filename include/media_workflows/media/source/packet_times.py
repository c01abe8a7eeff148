"""The times of a file's packets, from demuxing without decoding."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet

from media_workflows.media.source.clock import Clock, data_lead_s
from media_workflows.media.source.frame_rates import MOST_FRAMES
from media_workflows.media.source.pyav import packets

_LEAD_S = 0.01


@dataclass
class Span:
    """The start and end of a stream's packets, in seconds from the container's start, and their bytes.

    `gap_s` is the longest gap between them, which ends at `gap_end_s`.
    """

    start_s: float
    end_s: float
    size_bytes: int = 0
    packets: int = 0
    gap_s: float = 0.0
    gap_end_s: float = 0.0

    @property
    def duration_s(self) -> float:
        return max(0.0, self.end_s - self.start_s)

    @property
    def bitrate_bps(self) -> int:
        """The average bitrate; 0 where no bytes were counted."""
        return round(self.size_bytes * 8 / self.duration_s) if self.duration_s else 0


@dataclass(frozen=True)
class Counted:
    """The packets of a file: stream index -> span, and the number of clock corrections.

    `times_s` are those of the packets of one stream, in the order of the file; None = the packet has none.
    """

    spans: dict[int, Span]
    corrections: int
    times_s: list[float | None]


def timed_packets(container: InputContainer) -> Iterator[tuple[Packet[Any], float]]:
    """All packets that hold data, with their times in seconds from the start; up to damage, if any."""
    clock = Clock(container)
    with contextlib.suppress(FFmpegError):
        for packet in packets(container):
            time_s = clock.time_s(packet) if packet.size else None
            if time_s is not None:
                yield packet, time_s


def counted(container: InputContainer, times_of: int | None = None) -> Counted:
    """The spans of all packets, up to the end of the file or to the damage that stops the demuxer.

    `times_of` is the index of the stream whose times are listed; of more than MOST_FRAMES, the first ones.
    """
    clock = Clock(container)
    spans: dict[int, Span] = {}
    times_s: list[float | None] = []
    with contextlib.suppress(FFmpegError):  # the file counts as ended where the demuxer stops
        for packet in packets(container):
            start_s = clock.time_s(packet) if packet.size else None
            if packet.size and packet.stream.index == times_of and len(times_s) <= MOST_FRAMES:
                times_s.append(start_s)
            if start_s is None:
                continue
            span = spans.setdefault(packet.stream.index, Span(start_s, start_s))
            if start_s - span.end_s > span.gap_s:
                span.gap_s, span.gap_end_s = start_s - span.end_s, start_s
            span.start_s = min(span.start_s, start_s)
            span.end_s = max(span.end_s, start_s + float((packet.duration or 0) * packet.time_base))
            span.size_bytes += packet.size
            span.packets += 1
    return Counted(spans, clock.corrections, times_s)


def packet_spans(container: InputContainer) -> dict[int, Span]:
    """Stream index -> span of its packets."""
    return counted(container).spans


def packet_end_s(container: InputContainer) -> float:
    """End of the last packet of any stream, in seconds; 0 for a file without packets."""
    return max((span.end_s for span in packet_spans(container).values()), default=0.0)


def key_frames_s(container: InputContainer, index: int) -> list[float]:
    """Times of a stream's key frames, in seconds from the start, ascending; [] when seeks to them would miss."""
    if data_lead_s(container) > _LEAD_S:  # seeks count from the start of the data track
        return []
    clock = Clock(container)
    found: list[float] = []
    with contextlib.suppress(FFmpegError):  # the file counts as ended where the demuxer stops
        for packet in packets(container, container.streams[index]):
            if packet.pts is None or packet.is_discard:
                continue
            time_s = clock.time_s(packet)
            if packet.is_keyframe and time_s is not None:
                found.append(time_s)
    return [] if clock.corrections else sorted(found)

"""`plan_chunks`: where a rendition is divided, by the times of the source's frames. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from media_workflows.domain.media_info import VideoStream
from media_workflows.media.filters.build_context import INSIDE_S, FrameRange
from media_workflows.media.filters.source_picture import LATE_S
from media_workflows.media.source.shown_frames import ShownFrames

StartBefore: TypeAlias = Callable[[int], int]

CHUNK_S = 60.0  # an overlap of two groups of pictures costs about 5 % of it
MOST_CHUNKS = 300
# Filters with memory (deinterlacing, the frame rate) look a few frames back; decoders, to the last key frame.
LEAD_S = 1.0
_BEFORE_FRAME = Fraction(1, 4)


@dataclass(frozen=True)
class Chunk:
    """Frames `first` to `first + count` of an output (count None = to its end), and where the source shows them.

    `start` is the time of the first one, in seconds.
    """

    number: int
    first: int
    count: int | None
    start: Fraction
    frames: FrameRange
    duration_s: float


@dataclass(frozen=True)
class Grid:
    """The times of an output's frames: at a constant `rate`, or (0) those of the source's frames, `times`."""

    rate: Fraction
    times: Sequence[Fraction]
    total: int

    def time(self, number: int) -> Fraction:
        """The time of a frame, in seconds."""
        return number / self.rate if self.rate else self.times[number]

    def edge_s(self, number: int) -> float:
        """A moment between a frame and the one before it, in seconds.

        It is nearer to the frame: filters round it to their ticks, which may be as long as a frame.
        """
        if self.rate:
            return float((number - _BEFORE_FRAME) / self.rate)
        before, at = self.times[number - 1], self.times[number]
        return float(at - (at - before) * _BEFORE_FRAME)

    def frame_at(self, moment_s: float | Fraction) -> int:
        """The first frame from a moment on."""
        return math.ceil(moment_s * self.rate) if self.rate else bisect_left(self.times, moment_s)


def grid_of(rate: str, video: VideoStream, shown: ShownFrames, duration_s: float) -> Grid:
    """The frames that the builder's filters produce of these frames of the source, at its `rate` ('' = variable)."""
    if rate:
        per_s = video.nominal_rate if rate == "source_fps" else Fraction(rate)
        return Grid(per_s, (), math.floor(duration_s * per_s))
    times = [ticks * shown.tick for ticks in shown.ticks]
    if video.start_s > LATE_S:
        times[0] = Fraction(0)  # the first frame also fills the time before it
    return Grid(Fraction(0), times, len(times))


def plan_chunks(
    grid: Grid, start_before: StartBefore, shown: ShownFrames, duration_s: float, chunk_s: float = CHUNK_S
) -> list[Chunk]:
    """At most MOST_CHUNKS chunks of about `chunk_s` seconds; [] when there are not two.

    `start_before` gives the last frame up to a frame at which a chunk may begin. `duration_s` is that of the source.
    """
    count = min(MOST_CHUNKS, math.floor(duration_s / chunk_s))
    if count < 2:
        return []
    keys_s = [shown.time_s(ticks) for ticks in shown.key_ticks]
    wanted = (grid.frame_at(number * duration_s / count) for number in range(1, count))
    edges = sorted({start_before(number) for number in wanted})
    usable = [edge for edge in edges if 0 < edge < grid.total and _seek_s(keys_s, grid.edge_s(edge)) is not None]
    if not usable:
        return []
    bounds = [0, *usable]
    inner = [_chunk(number, grid, keys_s, *pair) for number, pair in enumerate(pairwise(bounds))]
    return [*inner, _last(len(inner), grid, keys_s, usable[-1], duration_s)]


def segment_start(grid: Grid, segment_s: Fraction, intervals_s: Sequence[Fraction], lead_s: Fraction) -> StartBefore:
    """`start_before` of a ladder: the first frame of a segment, where all renditions have a key frame.

    Each rendition has one at the first frame from each multiple of its interval on, `lead_s` earlier. 0 = the
    renditions' key frames at this segment differ by a frame.
    """

    def start_before(number: int) -> int:
        segment = math.floor(grid.time(number) / segment_s)
        while True:
            found = {grid.frame_at(round(segment * segment_s / one) * one - lead_s) for one in intervals_s}
            if min(found) <= number:
                return max(found) if len(found) == 1 else 0
            segment -= 1

    return start_before


def _chunk(number: int, grid: Grid, keys_s: Sequence[float], first: int, end: int) -> Chunk:
    start, stop = grid.time(first), grid.time(end)
    edge_s = grid.edge_s(first) if first else None
    seek_s = None if edge_s is None else _seek_s(keys_s, edge_s)
    frames = FrameRange(edge_s, grid.edge_s(end), seek_s)
    return Chunk(number, first, end - first, start, frames, float(stop - start))


def _last(number: int, grid: Grid, keys_s: Sequence[float], first: int, duration_s: float) -> Chunk:
    edge_s = grid.edge_s(first)
    count = None if grid.rate else grid.total - first
    frames = FrameRange(edge_s, None, _seek_s(keys_s, edge_s))
    return Chunk(number, first, count, grid.time(first), frames, max(0.0, duration_s - edge_s))


def _seek_s(keys_s: Sequence[float], edge_s: float) -> float | None:
    """The key frame to decode from for the frames after an edge, at least one GOP and LEAD_S before it; None = none."""
    before = bisect_right(keys_s, edge_s)
    lead = bisect_right(keys_s, edge_s - LEAD_S)
    position = min(before - 2, lead - 1)
    return keys_s[position] + INSIDE_S if position >= 0 else None

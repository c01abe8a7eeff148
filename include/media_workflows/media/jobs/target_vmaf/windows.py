"""The windows of a source that are encoded to find a crf, and how many probes it may cost. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from media_workflows.media.filters.build_context import INSIDE_S
from media_workflows.media.jobs.sample import Part

LEAST_PROBES, MOST_PROBES = 3, 4
_WINDOW_S = 0.8
_MOST_WINDOWS = 6
_LEAST_FRAMES = 8  # of a window: a longer one where there are few in a second
_LEAST_S, _MOST_S = 2.4, 9.0  # of all windows together
_SHARE = 0.02  # of the output, in all windows together
_WHOLE_SHARE = 0.6  # of the output in windows: then all of it is one
_MOST_CPU_SHARE = 0.1  # of the encode, in all probes together
# CPU of a probe over that of the encode of as many seconds: it is decoded again and measured. Three clips of 4 to 5 s
# took 1.5 to 2.3.
_PROBE_COST = 1.5


@dataclass(frozen=True)
class SourceRate:
    """Where the picture of a source has how much: bytes of each second, the times of its key frames, its frame rate."""

    bytes_of_seconds: Sequence[int] = ()
    key_frames_s: Sequence[float] = ()
    fps: float = 25.0

    def size_bytes(self, part: Part) -> float:
        """The bytes of a part, about."""
        return self._until(part.start_s + part.length_s) - self._until(part.start_s)

    def _until(self, moment_s: float) -> float:
        second = int(moment_s)
        if second >= len(self.bytes_of_seconds):
            return self._sums[-1]
        return self._sums[second] + (moment_s - second) * self.bytes_of_seconds[second]

    @cached_property
    def _sums(self) -> list[int]:
        return list(accumulate(self.bytes_of_seconds, initial=0))


def windows(whole: Part, rate: SourceRate) -> tuple[Part, ...]:
    """The windows of a range: one in each of several equal parts of it, where it is as complex as that part's mean.

    The bitrate of the source stands for its complexity. A window starts at a key frame, if its part has one that leaves
    room for it: what lies before would be decoded for nothing.
    """
    total_s = max(_LEAST_S, min(_MOST_S, _SHARE * whole.length_s))
    count = min(_MOST_WINDOWS, round(total_s / _WINDOW_S))
    window_s = max(total_s / count, _LEAST_FRAMES / rate.fps)
    if window_s * count > _WHOLE_SHARE * whole.length_s:
        return (whole,)
    part_s = whole.length_s / count
    parts = [Part(whole.start_s + number * part_s, part_s) for number in range(count)]
    return tuple(_typical(part, window_s, rate) for part in parts)


def most_probes(found: Sequence[Part], length_s: float) -> int:
    """How many probes of these windows an output of `length_s` may cost.

    The aim is a tenth of the encode's CPU for sources of two minutes and more; shorter ones cost a few seconds.
    """
    probed_s = sum(part.length_s for part in found)
    affordable = int(_MOST_CPU_SHARE * length_s / (_PROBE_COST * probed_s)) if probed_s else 0
    return max(LEAST_PROBES, min(MOST_PROBES, affordable))


def _typical(part: Part, window_s: float, rate: SourceRate) -> Part:
    mean_bytes = rate.size_bytes(part) * window_s / part.length_s
    middle_s = part.start_s + (part.length_s - window_s) / 2

    def oddity(window: Part) -> tuple[float, float]:
        return abs(rate.size_bytes(window) - mean_bytes), abs(window.start_s - middle_s)

    return min((Part(start_s, window_s) for start_s in _starts(part, window_s, rate)), key=oddity)


def _starts(part: Part, window_s: float, rate: SourceRate) -> Iterator[float]:
    """The moments at which a window of a part may start."""
    last_s = part.start_s + part.length_s - window_s
    first = bisect_left(rate.key_frames_s, part.start_s)
    key_frames_s = [at_s + INSIDE_S for at_s in rate.key_frames_s[first:] if at_s + INSIDE_S <= last_s]
    if key_frames_s:
        yield from key_frames_s
        return
    yield from (part.start_s + second for second in range(int(last_s - part.start_s) + 1))

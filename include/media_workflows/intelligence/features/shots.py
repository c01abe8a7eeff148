"""Shot detection: hard cuts, fades through black or white, dissolves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from media_workflows.domain.features import Shot
from media_workflows.intelligence.features.frames import SMALL_FPS, Frame, Plane, resized

Array: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Flags: TypeAlias = np.ndarray[tuple[int], np.dtype[np.bool_]]

_LUMA, _CHROMA = 24 * 14, (12, 7)  # pixels of a frame's thumbnail, and those of its colour; 504 bytes together
_BINS = 16

_CUT = 0.085  # of the step's strength, 0 to 1
_CUT_OVER_NEIGHBOURS = 2.2  # motion has strong neighbouring steps
_NEIGHBOURS = 4  # frames before and after
_FLASH = 4  # frames of a flash of light at most
_BACK = 0.3  # of the step: the distance of a returning picture at most
_PLAIN = 5.0  # standard deviation of luma in a frame of one colour
_DISSOLVE_FRAMES = tuple(round(seconds * SMALL_FPS) for seconds in (0.4, 0.7, 1.0, 1.5, 2.0))
_DISSOLVE_CHANGE = 0.04  # between its ends, 0 to 1
_DISSOLVE_MIXED = 0.08  # of their histograms, which motion does not change
_DISSOLVE_STEP, _DISSOLVE_BACK = 0.45, 0.08  # from one frame to the next, forwards and backwards, at most
_SAME_PICTURE = 0.75  # correlation
_DISSOLVE_APART = 8  # frames to a plain span: closer ones are part of a fade
_DISSOLVE_REST = 0.3  # the residual of blending its ends, at most, as a share of their difference
_SHORTEST_S = 0.2


class ShotFinder:
    """Finds shots in the small frames. It keeps 500 bytes of each, 30 MB for an hour."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._thumbnails: list[bytes] = []
        self._histograms: list[bytes] = []
        self._deviations: list[float] = []

    def feed(self, frame: Frame) -> None:
        """Add a small frame."""
        parts = [frame.thumbnail, *(resized(plane, _CHROMA) for plane in frame.chroma)]
        self._times.append(frame.time_s)
        self._thumbnails.append(b"".join(part.tobytes() for part in parts))
        self._histograms.append(_histogram(frame).tobytes())
        self._deviations.append(float(parts[0].std()))

    def shots(self, duration_s: float) -> tuple[Shot, ...]:
        """The consecutive shots from 0 to `duration_s`."""
        begins = [(0.0, "cut"), *self._begins()]
        kept = [begins[0]]
        for begin in begins[1:]:
            if begin[0] - kept[-1][0] >= _SHORTEST_S and duration_s - begin[0] > 0:
                kept.append(begin)
        ends = [start_s for start_s, _ in kept[1:]] + [duration_s]
        return tuple(
            Shot.model_validate({"start_s": round(start_s, 3), "end_s": round(end_s, 3), "transition": how})
            for (start_s, how), end_s in zip(kept, ends, strict=True)
        )

    def _begins(self) -> list[tuple[float, str]]:
        if len(self._times) < 3:
            return []
        thumbnails = np.frombuffer(b"".join(self._thumbnails), np.uint8).reshape(len(self._times), -1)
        histograms = np.frombuffer(b"".join(self._histograms), np.uint8).reshape(len(self._times), -1)
        plain = np.array(self._deviations) < _PLAIN
        cuts = _cuts(thumbnails, histograms)
        fades = _through_plain(plain, cuts)
        dissolves = _dissolves(thumbnails, histograms, plain, [*cuts, *fades])
        found = [(i, "cut") for i in cuts] + [(i, "fade") for i in (*fades, *dissolves)]
        return [(self._times[i], how) for i, how in sorted(found)]


def shot_at(shots: Sequence[Shot], time_s: float) -> int:
    """The number of the shot at this time; 0 without shots."""
    return max(0, bisect_right([shot.start_s for shot in shots], time_s + 1e-3) - 1)


def _histogram(frame: Frame) -> Plane:
    """The histogram of each plane, smoothed over neighbouring bins; 255 is the whole plane."""
    counts = [np.bincount(plane.ravel() // (256 // _BINS), minlength=_BINS) for plane in (frame.luma, *frame.chroma)]
    shares = [np.convolve(count / count.sum(), (0.25, 0.5, 0.25), "same") for count in counts]
    return (np.concatenate(shares) * 255).astype(np.uint8)


def _cuts(thumbnails: Plane, histograms: Plane) -> list[int]:
    """Frames after a hard cut."""
    strength = _strength(thumbnails[:-1], thumbnails[1:], histograms[:-1], histograms[1:])
    padded = np.pad(strength, _NEIGHBOURS)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * _NEIGHBOURS + 1).copy()
    around[:, _NEIGHBOURS] = 0
    strong = (strength > _CUT) & (strength > _CUT_OVER_NEIGHBOURS * np.sort(around, axis=1)[:, -2])
    strong &= strength >= around.max(axis=1)
    return [int(i) + 1 for i in np.flatnonzero(strong) if not _is_flash(thumbnails, int(i) + 1)]


def _strength(thumbnails: Plane, next_thumbnails: Plane, histograms: Plane, next_histograms: Plane) -> Array:
    """The strength of the step between frames: both positions and amounts of colour must change."""
    moved = np.abs(thumbnails.astype(np.int16) - next_thumbnails).mean(axis=1) / 255
    return np.asarray(np.sqrt(moved * _mixed(histograms, next_histograms)), np.float32)


def _mixed(histograms: Plane, others: Plane) -> Array:
    """The distance of each pair, 0 to 1."""
    return np.asarray(np.abs(histograms.astype(np.int16) - others).sum(axis=1) / (2 * 3 * 255), np.float32)


def _is_flash(thumbnails: Plane, at: int) -> bool:
    """Whether a step is the start or end of a flash: the earlier picture returns soon, or this one was just shown."""
    before, now = thumbnails[at - 1].astype(np.int16), thumbnails[at].astype(np.int16)
    least = _BACK * float(np.abs(now - before).mean())
    later, earlier = thumbnails[at + 1 : at + 1 + _FLASH], thumbnails[max(0, at - 1 - _FLASH) : at - 1]
    pairs = ((later, before), (earlier, now))
    return any(bool((np.abs(frames - one).mean(axis=1) < least).any()) for frames, one in pairs)


def _through_plain(plain: Flags, cuts: list[int]) -> list[int]:
    """The middle of each span of one colour between two pictures."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], plain, [False])).astype(np.int8)))
    found = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        inside = start > 0 and end < len(plain)
        if inside and not any(start - 2 <= cut <= end + 2 for cut in cuts):
            found.append(int(start + end) // 2)
    return found


@dataclass(frozen=True, order=True)
class _Blend:
    """Frames from `start` to `end` as blends of these two; `rest` is the unexplained share."""

    rest: float
    start: int
    end: int
    half: int

    def overlaps(self, other: _Blend) -> bool:
        return self.start <= other.end and self.end >= other.start


def _dissolves(thumbnails: Plane, histograms: Plane, plain: Flags, taken: list[int]) -> list[int]:
    """The middle frames of the best blends."""
    free = ~plain
    free[taken] = False
    blends: list[_Blend] = []
    for length in _DISSOLVE_FRAMES:
        change = np.abs(thumbnails[length:].astype(np.int16) - thumbnails[:-length]).mean(axis=1) / 255
        mixed = _mixed(histograms[length:], histograms[:-length])
        for start in np.flatnonzero((change > _DISSOLVE_CHANGE) & (mixed > _DISSOLVE_MIXED)):
            end = int(start) + length
            if free[max(0, start - 2) : end + 3].all() and not _beside(plain, int(start), end):
                blends.append(_blend(thumbnails, int(start), end))
    kept: list[_Blend] = []
    for blend in sorted(blends):
        if blend.rest < _DISSOLVE_REST and not any(blend.overlaps(other) for other in kept):
            kept.append(blend)
    return sorted(blend.half for blend in kept)


def _beside(plain: Flags, start: int, end: int) -> bool:
    return bool(plain[max(0, start - _DISSOLVE_APART) : end + _DISSOLVE_APART].any())


def _alike(one: Array, other: Array) -> bool:
    """Whether light and dark areas are at the same positions: a change of light or a slow pan, not a new picture."""
    return bool(np.corrcoef(one[:_LUMA], other[:_LUMA])[0, 1] > _SAME_PICTURE)


def _blend(thumbnails: Plane, start: int, end: int) -> _Blend:
    frames = thumbnails[start : end + 1].astype(np.float32)
    whole = frames[-1] - frames[0]
    size = float(whole @ whole)
    shares = (frames - frames[0]) @ whole / size
    steps = np.diff(shares)
    half = start + int(np.argmax(shares >= 0.5))
    if steps.max() > _DISSOLVE_STEP or steps.min() < -_DISSOLVE_BACK or _alike(frames[0], frames[-1]):
        return _Blend(1.0, start, end, half)
    rest = frames - frames[0] - shares[:, None] * whole
    return _Blend(float(np.sqrt((rest * rest).sum(axis=1).max() / size)), start, end, half)

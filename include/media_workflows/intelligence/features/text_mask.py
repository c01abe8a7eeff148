"""Text masks: strokes that differ from their surroundings, to detect whether text changed."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np

from media_workflows.intelligence.features.frames import Plane

TextMask: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.float32]]

_LARGEST_SCALE = 3.0  # tiny pictures are not enlarged further
_AROUND = 15  # pixels: wider than a stroke
_DEEPEST = 40.0
_TILE = 12  # pixels, about a small character
_LEAST, _MOST = 3.5, 9.0  # mean change of a tile that counts, by how noisy the picture is
_OVER_NOISE = 2.5
_SHIFT = 6  # pixels of offset between two cuts of one line at most
_SAME_BLOCK = 0.6  # correlation
_WEAK = 0.4  # of the strongest strokes
_FLAT = 2.0  # deviation of a block without strokes


def text_mask(luma: Plane, side: int) -> TextMask:
    """The mask of a picture, scaled to `side` pixels on its longer side: luma minus the local mean."""
    scale = min(_LARGEST_SCALE, side / max(luma.shape))
    size = round(luma.shape[1] * scale), round(luma.shape[0] * scale)
    if scale != 1:
        luma = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))
    deep = luma.astype(np.float32)
    return np.asarray(np.clip(deep - cv2.blur(deep, (_AROUND, _AROUND)), -_DEEPEST, _DEEPEST))


def changed(before: TextMask, now: TextMask) -> bool:
    """Whether strokes appeared, disappeared or moved. Noise and slow changes of light do not count."""
    difference = cv2.absdiff(before, now)
    tiles = cv2.resize(difference, (now.shape[1] // _TILE, now.shape[0] // _TILE), interpolation=cv2.INTER_AREA)
    least = np.clip(_OVER_NOISE * float(np.median(tiles)), _LEAST, _MOST)
    return bool((tiles > least).any())


def same_line(before: TextMask, now: TextMask) -> bool:
    """Whether two cuts show the same line: every square block must match, so that one character counts."""
    height, width = np.minimum(before.shape, now.shape)
    if np.abs(np.subtract(before.shape, now.shape)).max() > 2 * _SHIFT or min(height, width) < 4:
        return False
    before, now = _strokes(before, now)
    edge = min(_SHIFT, (height - 1) // 3, (width - 1) // 3)
    inner = before[edge : height - edge, edge : width - edge]
    scores = cv2.matchTemplate(now, np.ascontiguousarray(inner), cv2.TM_CCOEFF_NORMED)
    _, best, _, (left, top) = cv2.minMaxLoc(scores)
    if best < _SAME_BLOCK:
        return False
    other = now[top : top + inner.shape[0], left : left + inner.shape[1]]
    step = max(4, inner.shape[0])
    return all(
        _agree(inner[:, x : x + step], other[:, x : x + step]) for x in range(0, inner.shape[1] - step // 2, step)
    )


def _strokes(before: TextMask, now: TextMask) -> tuple[TextMask, TextMask]:
    """Both masks without strokes that are weak relative to the line's: a moving background."""
    weak = _WEAK * float(np.percentile(np.abs(before), 95))
    first, second = (np.sign(cut) * np.maximum(np.abs(cut) - weak, 0) for cut in (before, now))
    return np.asarray(first, np.float32), np.asarray(second, np.float32)


def _agree(one: TextMask, other: TextMask) -> bool:
    deviations = one.std(), other.std()
    if max(deviations) < _FLAT:
        return True
    if min(deviations) < 0.4 * max(deviations):
        return False
    return bool(np.corrcoef(one.ravel(), other.ravel())[0, 1] >= _SAME_BLOCK)

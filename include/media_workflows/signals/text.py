"""Text in the picture: looked for where something changed, read where it is new."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TypeAlias

import cv2
import numpy as np

from media_workflows.engines.ocr import Ocr, Quad
from media_workflows.model.signals import Box, TextLine, TextSighting
from media_workflows.signals.frames import Frame
from media_workflows.signals.relief import changed, relief, same_line

_LOOK_SIDE = 960  # pixels of the longer side in which lines are searched; they are read at full size
_SURE = 95.0  # below this, a line that is still there is read again
_READS = 3
_LEAST, _LEAST_SHORT, _SHORT = 50.0, 85.0, 3  # leaves and bricks are easily read as one to three characters
_UNSURE = 90.0  # of two readings that are much alike, one below this is taken for a misreading
_ALIKE = 0.75


@dataclass
class _Line:
    """A line on the screen. `quad` and `relief` are of the latest look, the reading is the best one."""

    start_s: float
    quad: Quad
    relief: _Relief
    text: str
    confidence: float
    box: Box
    reads: int = 1
    missed_at_s: float | None = None

    def keep_better(self, text: str, confidence: float, box: Box) -> None:
        self.reads += 1
        if confidence > self.confidence:
            self.text, self.confidence, self.box = text, confidence, box


_Relief: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.float32]]


class TextReader:
    """Feed it the sampled frames in order. `scale` is the source's pixels for one of a sampled frame."""

    def __init__(self, ocr: Ocr, scale: float) -> None:
        self._ocr = ocr
        self._scale = scale
        self._looked: _Relief | None = None
        self._lines: list[_Line] = []
        self._gone: list[tuple[float, _Line]] = []
        self.looks = 0
        self.reads = 0

    def feed(self, frame: Frame) -> None:
        """A large frame."""
        now = relief(frame.luma, _LOOK_SIDE)
        missing = any(line.missed_at_s is not None for line in self._lines)
        if self._looked is None or missing or changed(self._looked, now):
            self._look(frame, now)
            self._looked = now

    def sightings(self, duration_s: float) -> tuple[TextSighting, ...]:
        """Lines that come and go together are one sighting."""
        lasting = [(line.missed_at_s or duration_s, line) for line in self._lines]
        lines = sorted([*self._gone, *lasting], key=lambda item: (item[1].start_s, item[0], item[1].box[1]))
        groups = groupby(lines, key=lambda item: (item[1].start_s, item[0]))
        return tuple(
            TextSighting(
                start_s=round(start_s, 3),
                end_s=round(end_s, 3),
                lines=tuple(TextLine(text=line.text, confidence=line.confidence, box=line.box) for _, line in group),
            )
            for (start_s, end_s), group in groups
        )

    def _look(self, frame: Frame, now: _Relief) -> None:
        self.looks += 1
        before, self._lines = self._lines, []
        shrink = now.shape[1] / frame.luma.shape[1]
        height, width = now.shape
        small = cv2.resize(frame.picture, (width, height), interpolation=cv2.INTER_AREA)
        for quad in self._ocr.find(small):
            self._place(quad / shrink, _cut(now, quad), frame, before)
        for line in before:  # those that were not found; once more, for a detector may miss one
            if line.missed_at_s is None:
                line.missed_at_s = frame.time_s
                self._lines.append(line)
            else:
                self._gone.append((line.missed_at_s, line))

    def _place(self, quad: Quad, cut: _Relief, frame: Frame, before: list[_Line]) -> None:
        """Put what was found at `quad` among the lines: one of those before, or a new one."""
        known = next((line for line in before if _overlap(line.quad, quad) and same_line(line.relief, cut)), None)
        if known is not None and (known.confidence >= _SURE or known.reads >= _READS):
            return self._stays(known, quad, cut, before)
        text, confidence = self._read(frame, quad)
        if not text:
            return None
        box = self._box(quad)
        if (same := known or _reread(text, confidence, quad, before)) is not None:
            same.keep_better(text, confidence, box)
            return self._stays(same, quad, cut, before)
        self._lines.append(_Line(frame.time_s, quad, cut, text, confidence, box))
        return None

    def _stays(self, line: _Line, quad: Quad, cut: _Relief, before: list[_Line]) -> None:
        line.quad, line.relief, line.missed_at_s = quad, cut, None
        before.remove(line)
        self._lines.append(line)

    def _read(self, frame: Frame, quad: Quad) -> tuple[str, float]:
        self.reads += 1
        text, confidence = self._ocr.read(frame.picture, np.asarray(quad, np.float32))
        believed = confidence >= (_LEAST_SHORT if len(text) <= _SHORT else _LEAST)
        return (text, confidence) if believed else ("", confidence)

    def _box(self, quad: Quad) -> Box:
        (left, top), (right, bottom) = quad.min(axis=0) * self._scale, quad.max(axis=0) * self._scale
        return max(0, round(left)), max(0, round(top)), round(right), round(bottom)


def _cut(picture: _Relief, quad: Quad) -> _Relief:
    left, top = np.maximum(quad.min(axis=0).astype(int), 0)
    right, bottom = quad.max(axis=0).astype(int) + 1
    return picture[top:bottom, left:right].copy()


def _overlap(one: Quad, other: Quad) -> bool:
    """Whether two lines share the better part of their height and some of their width."""
    (left, top), (right, bottom) = np.maximum(one.min(axis=0), other.min(axis=0)), np.minimum(one.max(0), other.max(0))
    heights = [np.ptp(quad[:, 1]) for quad in (one, other)]
    return bool(right > left and bottom - top > 0.5 * min(heights) and max(heights) < 1.6 * min(heights))


def _near(one: Quad, other: Quad) -> bool:
    """Whether a line may have moved from one place to the other between two looks."""
    heights = [np.ptp(quad[:, 1]) for quad in (one, other)]
    apart = np.abs(one.mean(axis=0) - other.mean(axis=0))
    return bool(apart.max() < 6 * max(heights) and max(heights) < 1.6 * min(heights))


def _reread(text: str, confidence: float, quad: Quad, before: list[_Line]) -> _Line | None:
    """The line of which this is another reading: the same words, or nearly so and one of the two unsure."""
    for line in before:
        if not _near(line.quad, quad):
            continue
        alike = SequenceMatcher(None, line.text, text, autojunk=False).ratio()
        if line.text == text or (alike >= _ALIKE and min(confidence, line.confidence) < _UNSURE):
            return line
    return None

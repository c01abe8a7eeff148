"""Text in the picture: looked for where something changed, read where it is new."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TypeAlias

import cv2
import numpy as np

from media_workflows.domain.features import Box, TextLine, TextSighting
from media_workflows.intelligence.engines.ocr import Ocr, Quad
from media_workflows.intelligence.features.frame_sampler import FrameSampler
from media_workflows.intelligence.features.frames import Frame
from media_workflows.intelligence.features.text_mask import TextMask, changed, same_line, text_mask

_SEARCH_SIDE = 960  # pixels of the longer side in which lines are searched; they are read at full size
_MOVING_INTERVAL_S = 1.0  # between two searches of a picture in which something moves and the known text stays
_SURE = 95.0  # below this, a line that is still there is read again
_READS = 3
_LEAST, _LEAST_SHORT, _SHORT = 50.0, 85.0, 3  # leaves and bricks are easily read as one to three characters
_UNSURE = 90.0  # of two readings that are much alike, one below this is taken for a misreading
_ALIKE = 0.75


_Stood: TypeAlias = tuple[float, float, TextLine]  # from when to when


@dataclass(frozen=True)
class _Find:
    """A line's corners in the picture that was searched (`place`) and in the frame (`quad`), and its strokes."""

    place: Quad
    quad: Quad
    cut: TextMask


@dataclass
class _Line:
    """A line on the screen. `find` is of the latest look, the reading is the best one."""

    start_s: float
    find: _Find
    text: str
    confidence: float
    box: Box
    reads: int = 1
    missed_at_s: float | None = None

    def stands(self, now: TextMask) -> bool:
        """Whether it is where it was."""
        return same_line(self.find.cut, _cut(now, self.find.place))

    def is_at(self, find: _Find) -> bool:
        """Whether it shares the better part of its height and some of its width with what was found."""
        return _overlap(self.find.quad, find.quad)

    def keep_better(self, text: str, confidence: float, box: Box) -> None:
        self.reads += 1
        if confidence > self.confidence:
            self.text, self.confidence, self.box = text, confidence, box

    def stood(self, end_s: float) -> _Stood:
        """What is kept of it; the pictures are not."""
        line = TextLine(text=self.text, confidence=self.confidence, box=self.box)
        return round(self.start_s, 3), round(end_s, 3), line


class TextReader:
    """Feed it the sampled frames in order. `scale` is the source's pixels for one of a sampled frame."""

    def __init__(self, ocr: Ocr, scale: float) -> None:
        self._ocr = ocr
        self._scale = scale
        self._sampler = FrameSampler(_MOVING_INTERVAL_S)
        self._searched: TextMask | None = None
        self._passed: list[tuple[float, TextMask]] = []
        self._lines: list[_Line] = []
        self._gone: list[_Stood] = []
        self.searches = 0
        self.reads = 0

    def feed(self, frame: Frame) -> None:
        """A large frame."""
        now = text_mask(frame.luma, _SEARCH_SIDE)
        if self._searched is None or any(line.missed_at_s is not None for line in self._lines):
            self._search(frame, now)
        elif changed(self._searched, now):
            if self._sampler.is_due(frame) or not all(line.stands(now) for line in self._lines):
                self._search(frame, now)
            else:  # something moves, and the text stays: that can wait for the next frame
                self._passed.append((frame.time_s, now))

    def sightings(self, duration_s: float) -> tuple[TextSighting, ...]:
        """Lines that come and go together are one sighting."""
        lasting = [line.stood(line.missed_at_s or duration_s) for line in self._lines]
        lines = sorted([*self._gone, *lasting], key=lambda stood: (stood[:2], stood[2].box[1]))
        return tuple(
            TextSighting(start_s=start_s, end_s=end_s, lines=tuple(line for _, _, line in group))
            for (start_s, end_s), group in groupby(lines, key=lambda stood: stood[:2])
        )

    def _search(self, frame: Frame, now: TextMask) -> None:
        self.searches += 1
        before, self._lines = self._lines, []
        height, width = now.shape
        shrink = width / frame.luma.shape[1]
        small = cv2.resize(
            frame.picture, (width, height), interpolation=cv2.INTER_AREA if shrink < 1 else cv2.INTER_CUBIC
        )
        for quad in self._ocr.detect(small):
            self._place(_Find(quad, quad / shrink, _cut(now, quad)), frame, before)
        for line in before:  # those that were not found; once more, for a detector may miss one
            if line.missed_at_s is None:
                line.missed_at_s = frame.time_s
                self._lines.append(line)
            else:
                self._gone.append(line.stood(line.missed_at_s))
        self._searched, self._passed = now, []

    def _place(self, find: _Find, frame: Frame, before: list[_Line]) -> None:
        """Put what was found among the lines: one of those before, or a new one."""
        known = next((line for line in before if line.is_at(find) and same_line(line.find.cut, find.cut)), None)
        if known is not None and (known.confidence >= _SURE or known.reads >= _READS):
            return self._stays(known, find, before)
        text, confidence = self._read(frame, find.quad)
        if not text:
            return None
        box = self._box(find.quad)
        if (same := known or _reread(text, confidence, find, before)) is not None:
            same.keep_better(text, confidence, box)
            return self._stays(same, find, before)
        self._lines.append(_Line(self._since_s(find, frame.time_s), find, text, confidence, box))
        return None

    def _since_s(self, find: _Find, now_s: float) -> float:
        """When a new line came: before now, if it stood already in frames that were passed over."""
        for time_s, passed in reversed(self._passed):
            if not same_line(find.cut, _cut(passed, find.place)):
                break
            now_s = time_s
        return now_s

    def _stays(self, line: _Line, find: _Find, before: list[_Line]) -> None:
        line.find, line.missed_at_s = find, None
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


def _cut(picture: TextMask, quad: Quad) -> TextMask:
    left, top = np.maximum(quad.min(axis=0).astype(int), 0)
    right, bottom = quad.max(axis=0).astype(int) + 1
    return picture[top:bottom, left:right].copy()


def _overlap(one: Quad, other: Quad) -> bool:
    """Whether two lines share the better part of their height and some of their width."""
    (left, top), (right, bottom) = np.maximum(one.min(axis=0), other.min(axis=0)), np.minimum(one.max(0), other.max(0))
    heights = [np.ptp(quad[:, 1]) for quad in (one, other)]
    return bool(right > left and bottom - top > 0.5 * min(heights) and max(heights) < 1.6 * min(heights))


def _near(one: Quad, other: Quad) -> bool:
    """Whether a line may have moved from one place to the other between two searches."""
    heights = [np.ptp(quad[:, 1]) for quad in (one, other)]
    apart = np.abs(one.mean(axis=0) - other.mean(axis=0))
    return bool(apart.max() < 6 * max(heights) and max(heights) < 1.6 * min(heights))


def _reread(text: str, confidence: float, find: _Find, before: list[_Line]) -> _Line | None:
    """The line of which this is another reading: the same words, or nearly so and one of the two unsure."""
    for line in before:
        if not _near(line.find.quad, find.quad):
            continue
        alike = SequenceMatcher(None, line.text, text, autojunk=False).ratio()
        if line.text == text or (alike >= _ALIKE and min(confidence, line.confidence) < _UNSURE):
            return line
    return None

"""OCR of sampled frames: detection only in changed frames, recognition only of new lines."""

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
from media_workflows.intelligence.features.frames import SHARED_SIDE, Frame, Picture
from media_workflows.intelligence.features.text_mask import TextMask, changed, same_line, text_mask

_SEARCH_SIDE = SHARED_SIDE  # pixels of the longer side for detection; lines are recognised at full size
_MOVING_INTERVAL_S = 1.0  # between two detections while something moves and the known text stays
_CONFIDENT = 95.0  # below this, a line that is still shown is recognised again
_READS = 3
_LEAST, _LEAST_SHORT, _SHORT = 50.0, 85.0, 3  # leaves and bricks often give one to three characters
_LOW_CONFIDENCE = 90.0  # of two similar readings, one below this counts as a misreading
_SIMILAR = 0.75


_Shown: TypeAlias = tuple[float, float, TextLine]  # start, end, line


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class _Find:
    """A detected line: corners in the detection picture (`place`) and in the frame (`quad`), and its text mask."""

    place: Quad
    quad: Quad
    cut: TextMask


@dataclass(eq=False)  # one line is itself alone, also beside another that appeared with it
class _Line:
    """A line on the screen. `find` is the latest detection, the text is the best reading."""

    start_s: float
    find: _Find
    text: str
    confidence: float
    box: Box
    reads: int = 1
    missed_at_s: float | None = None

    def is_unchanged(self, now: TextMask) -> bool:
        """Whether the line is unchanged."""
        return same_line(self.find.cut, _cut(now, self.find.place))

    def is_at(self, find: _Find) -> bool:
        """Whether the detected line overlaps this one."""
        return _overlap(self.find.quad, find.quad)

    def keep_better(self, text: str, confidence: float, box: Box) -> None:
        self.reads += 1
        if confidence > self.confidence:
            self.text, self.confidence, self.box = text, confidence, box

    def shown(self, end_s: float) -> _Shown:
        """The result without pictures."""
        line = TextLine(text=self.text, confidence=self.confidence, box=self.box)
        return round(self.start_s, 3), round(end_s, 3), line


class FrameOcr:
    """Text of the sampled frames, which are fed in order. `scale` is source pixels per pixel of a frame."""

    def __init__(self, ocr: Ocr, scale: float) -> None:
        self._ocr = ocr
        self._scale = scale
        self._sampler = FrameSampler(_MOVING_INTERVAL_S)
        self._searched: TextMask | None = None
        self._skipped: list[tuple[float, TextMask]] = []
        self._lines: list[_Line] = []
        self._gone: list[_Shown] = []
        self.searches = 0
        self.reads = 0

    def feed(self, frame: Frame) -> None:
        """Process a large frame."""
        now = text_mask(frame.shared_luma, _SEARCH_SIDE)
        if self._searched is None or any(line.missed_at_s is not None for line in self._lines):
            self._search(frame, now)
        elif changed(self._searched, now):
            if self._sampler.is_due(frame) or not all(line.is_unchanged(now) for line in self._lines):
                self._search(frame, now)
            else:  # something moves, and the text stays: wait for the next frame
                self._skipped.append((frame.time_s, now))

    def sightings(self, duration_s: float) -> tuple[TextSighting, ...]:
        """Lines that appear and disappear together are one sighting."""
        lasting = [line.shown(line.missed_at_s or duration_s) for line in self._lines]
        lines = sorted([*self._gone, *lasting], key=lambda shown: (shown[:2], shown[2].box[1]))
        return tuple(
            TextSighting(start_s=start_s, end_s=end_s, lines=tuple(line for _, _, line in group))
            for (start_s, end_s), group in groupby(lines, key=lambda shown: shown[:2])
        )

    def _search(self, frame: Frame, now: TextMask) -> None:
        self.searches += 1
        before, self._lines = self._lines, []
        shrink = now.shape[1] / frame.luma.shape[1]
        for quad in self._ocr.detect(_in_size(frame.shared_picture, now)):
            self._place(_Find(quad, quad / shrink, _cut(now, quad)), frame, before)
        for line in before:  # lines that were not detected; one miss is tolerated
            if line.missed_at_s is None:
                line.missed_at_s = frame.time_s
                self._lines.append(line)
            else:
                self._gone.append(line.shown(line.missed_at_s))
        self._searched, self._skipped = now, []

    def _place(self, find: _Find, frame: Frame, before: list[_Line]) -> None:
        """Assign a detected line to a known one, or add it."""
        known = next((line for line in before if line.is_at(find) and same_line(line.find.cut, find.cut)), None)
        if known is not None and (known.confidence >= _CONFIDENT or known.reads >= _READS):
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
        """When a new line appeared: earlier, if frames without detection show it already."""
        for time_s, skipped in reversed(self._skipped):
            if not same_line(find.cut, _cut(skipped, find.place)):
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
        is_plausible = confidence >= (_LEAST_SHORT if len(text) <= _SHORT else _LEAST)
        return (text, confidence) if is_plausible else ("", confidence)

    def _box(self, quad: Quad) -> Box:
        (left, top), (right, bottom) = quad.min(axis=0) * self._scale, quad.max(axis=0) * self._scale
        return max(0, round(left)), max(0, round(top)), round(right), round(bottom)


def _in_size(picture: Picture, now: TextMask) -> Picture:
    """The picture as large as its mask: small ones are enlarged."""
    if picture.shape[:2] == now.shape:
        return picture
    return np.asarray(cv2.resize(picture, (now.shape[1], now.shape[0]), interpolation=cv2.INTER_CUBIC))


def _cut(picture: TextMask, quad: Quad) -> TextMask:
    left, top = np.maximum(quad.min(axis=0).astype(int), 0)
    right, bottom = quad.max(axis=0).astype(int) + 1
    return picture[top:bottom, left:right].copy()


def _overlap(one: Quad, other: Quad) -> bool:
    """Whether two lines share most of their height and some of their width."""
    (left, top), (right, bottom) = np.maximum(one.min(axis=0), other.min(axis=0)), np.minimum(one.max(0), other.max(0))
    heights = [np.ptp(quad[:, 1]) for quad in (one, other)]
    return bool(right > left and bottom - top > 0.5 * min(heights) and max(heights) < 1.6 * min(heights))


def _near(one: Quad, other: Quad) -> bool:
    """Whether a line may have moved from one position to the other between two detections."""
    heights = [np.ptp(quad[:, 1]) for quad in (one, other)]
    apart = np.abs(one.mean(axis=0) - other.mean(axis=0))
    return bool(apart.max() < 6 * max(heights) and max(heights) < 1.6 * min(heights))


def _reread(text: str, confidence: float, find: _Find, before: list[_Line]) -> _Line | None:
    """The known line of which this is another reading: equal, or similar with one low confidence."""
    for line in before:
        if not _near(line.find.quad, find.quad):
            continue
        similarity = SequenceMatcher(None, line.text, text, autojunk=False).ratio()
        if line.text == text or (similarity >= _SIMILAR and min(confidence, line.confidence) < _LOW_CONFIDENCE):
            return line
    return None

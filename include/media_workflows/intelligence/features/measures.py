"""Measurements of sampled frames: sharpness, brightness, colour, motion."""

from __future__ import annotations

import cv2
import numpy as np

from media_workflows.domain.features import FrameMeasures, Shot
from media_workflows.intelligence.features.frames import Frame, Picture, Plane
from media_workflows.intelligence.features.shots import shot_at

_SIDE = 640  # sharpness is only comparable at equal sizes
_RANGE = 255
_COLOURS, _LEVELS = 3, 4
_VIVID = 110.0  # Hasler and Suesstrunk's measure of "extremely colourful"


class Measurer:
    """Measures motion in small frames, the rest in large ones."""

    def __init__(self) -> None:
        self._measures: list[FrameMeasures] = []
        self._before: Plane | None = None
        self._steps: list[float] = []

    def feed(self, frame: Frame) -> None:
        """Measure a frame of either size; frames come in the order of time."""
        if frame.large:
            self._measures.append(_measured(frame, self._motion()))
            return
        luma = frame.luma.copy()  # the frame's buffer is reused
        if self._before is not None:
            self._steps.append(float(cv2.absdiff(luma, self._before).mean()) / _RANGE)
        self._before = luma

    def measures(self, shots: tuple[Shot, ...]) -> tuple[FrameMeasures, ...]:
        """The measurements with shot numbers."""
        return tuple(m.model_copy(update={"shot": shot_at(shots, m.time_s)}) for m in self._measures)

    def _motion(self) -> float:
        """The median difference of small frames since the last large one, so that a cut does not count."""
        steps, self._steps = self._steps, []
        return round(min(1.0, float(np.median(steps))), 4) if steps else 0.0


def _measured(frame: Frame, motion: float) -> FrameMeasures:
    luma = _shrunk(frame.luma, _SIDE)
    picture = cv2.cvtColor(  # of the shrunk luma: colours need no second look at the large one
        cv2.merge([_shrunk(plane, _SIDE // 4, luma.shape) for plane in (luma, frame.chroma[1], frame.chroma[0])]),
        cv2.COLOR_YCrCb2BGR,
    )
    return FrameMeasures(
        time_s=round(frame.time_s, 3),
        shot=0,
        sharpness=round(float(cv2.Laplacian(luma, cv2.CV_32F).var()), 1),
        brightness=_share(float(luma.mean()) / _RANGE),
        contrast=_share(float(luma.std()) / (_RANGE / 2)),
        colourfulness=_share(_colourfulness(np.asarray(picture)) / _VIVID),
        motion=motion,
        colours=_dominant(np.asarray(picture)),
    )


def _shrunk(plane: Plane, side: int, shape: tuple[int, int] | None = None) -> Plane:
    height, width = shape or plane.shape
    scale = min(1.0, side / max(height, width))
    size = max(2, round(width * scale)), max(2, round(height * scale))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA))


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)


def _colourfulness(picture: Picture) -> float:
    """D. Hasler and S. Suesstrunk, Measuring colourfulness in natural images (2003)."""
    blue, green, red = (picture[..., channel].astype(np.float32) for channel in range(3))
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def _dominant(picture: Picture) -> tuple[str, ...]:
    """The mean colours of the most frequent cells of the colour cube."""
    pixels = picture.reshape(-1, 3)
    cells = (pixels // (256 // _LEVELS)) @ np.array([1, _LEVELS, _LEVELS**2])
    counts = np.bincount(cells, minlength=_LEVELS**3)
    fullest = [cell for cell in np.argsort(counts)[::-1][:_COLOURS] if counts[cell] * 20 >= len(pixels)]
    means = [pixels[cells == cell].mean(axis=0).round().astype(int) for cell in fullest]
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for blue, green, red in means)

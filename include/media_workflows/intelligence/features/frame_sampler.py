"""Frame sampling: at an interval, and at every new picture."""

from __future__ import annotations

import cv2

from media_workflows.intelligence.features.frames import Frame, Plane

_NEW_PICTURE = 20.0  # mean difference of luma to the last sample
_CLOCK_TOLERANCE_S = 0.001


class FrameSampler:
    """Selects frames to analyse: one in each interval, and each that shows a new picture."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._at_s = float("-inf")
        self._thumbnail: Plane | None = None

    def is_due(self, frame: Frame) -> bool:
        """Whether to analyse this frame."""
        waited = frame.time_s - self._at_s >= self._interval_s - _CLOCK_TOLERANCE_S
        if (
            not waited
            and self._thumbnail is not None
            and cv2.absdiff(frame.thumbnail, self._thumbnail).mean() < _NEW_PICTURE
        ):
            return False
        self._at_s, self._thumbnail = frame.time_s, frame.thumbnail
        return True

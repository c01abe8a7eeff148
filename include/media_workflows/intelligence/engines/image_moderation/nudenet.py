"""NudeNet, in a separate extra: its weights are under AGPL-3.0, unlike this product."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from media_workflows.domain.features import Box
from media_workflows.intelligence.engines.image_moderation import ImageScores
from media_workflows.intelligence.extras import load, require

_ENGINE = "image moderation by NudeNet"


def require_nudenet() -> None:
    """Raises EngineUnavailableError if the package is not installed; loads nothing."""
    require("nudenet", _ENGINE, extra="nudenet")


class NudeNet:
    """Image moderation by NudeNet. Raises EngineUnavailableError if nudenet is not installed."""

    def __init__(self) -> None:
        self._detector = load("nudenet", _ENGINE, extra="nudenet").NudeDetector()
        known = getattr(load("nudenet.nudenet", _ENGINE, extra="nudenet"), "__labels", ())
        self.labels = tuple(label.lower() for label in known)
        self.name = f"NudeNet {version('nudenet')} (weights: AGPL-3.0)"

    def score(self, picture: Any) -> ImageScores:
        scores: dict[str, float] = {}
        boxes: dict[str, Box] = {}
        for found in self._detector.detect(picture):
            label, score = found["class"].lower(), round(100 * float(found["score"]), 1)
            if score > scores.get(label, 0.0):
                left, top, width, height = (round(float(side)) for side in found["box"])
                scores[label], boxes[label] = score, (left, top, left + width, top + height)
        return ImageScores(scores, boxes)

"""Faces and labels of sampled frames."""

from __future__ import annotations

from collections.abc import Callable

from media_workflows.domain.features import Box, FaceSighting, ImageLabels, Shot
from media_workflows.intelligence.engines.faces import FaceDetector
from media_workflows.intelligence.engines.image_moderation import ImageScores
from media_workflows.intelligence.features.frame_sampler import FrameSampler
from media_workflows.intelligence.features.frames import Frame, Picture
from media_workflows.intelligence.features.shots import shot_at


class FaceSampler:
    """Faces of the sampled frames. `scale` is source pixels per pixel of a frame."""

    def __init__(self, detector: FaceDetector, interval_s: float, scale: float) -> None:
        self._detector = detector
        self._sampler = FrameSampler(interval_s)
        self._scale = scale
        self._sightings: list[FaceSighting] = []
        self.calls = 0

    def feed(self, frame: Frame) -> None:
        """Process a large frame."""
        if not self._sampler.is_due(frame):
            return
        self.calls += 1
        for face in self._detector.detect(frame.picture):
            self._sightings.append(
                FaceSighting(
                    time_s=round(frame.time_s, 3),
                    shot=0,
                    box=scaled(face.box, self._scale),
                    confidence=face.confidence,
                    embedding=face.embedding,
                )
            )

    def sightings(self, shots: tuple[Shot, ...]) -> tuple[FaceSighting, ...]:
        """The results with shot numbers."""
        return tuple(one.model_copy(update={"shot": shot_at(shots, one.time_s)}) for one in self._sightings)


class ImageSampler:
    """Scores of the sampled frames by a model for whole pictures, which sees the shared one.

    `scale` as of `FaceSampler`.
    """

    def __init__(self, score: Callable[[Picture], ImageScores], interval_s: float, scale: float) -> None:
        self._score = score
        self._sampler = FrameSampler(interval_s)
        self._scale = scale
        self._labels: list[ImageLabels] = []
        self.calls = 0

    def feed(self, frame: Frame) -> None:
        """Process a large frame."""
        if not self._sampler.is_due(frame):
            return
        self.calls += 1
        scored = self._score(frame.shared_picture)
        scale = self._scale * frame.luma.shape[1] / frame.shared_luma.shape[1]
        boxes = {label: scaled(box, scale) for label, box in scored.boxes.items()}
        self._labels.append(ImageLabels(time_s=round(frame.time_s, 3), shot=0, scores=scored.scores, boxes=boxes))

    def labels(self, shots: tuple[Shot, ...]) -> tuple[ImageLabels, ...]:
        """The results with shot numbers."""
        return tuple(one.model_copy(update={"shot": shot_at(shots, one.time_s)}) for one in self._labels)


def scaled(box: Box, scale: float) -> Box:
    """A box in the source's pixels."""
    left, top, right, bottom = (max(0, round(side * scale)) for side in box)
    return left, top, right, bottom

"""Pictures judged by categories: what they show that not everybody should see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from media_workflows.domain.features import Box
from media_workflows.settings import Settings


@dataclass(frozen=True)
class ImageScores:
    """Label -> 0 to 100; where the model tells it, the place of the strongest find of a label."""

    scores: dict[str, float]
    boxes: dict[str, Box] = field(default_factory=dict)


class ImageModerator(Protocol):
    """Pictures are numpy uint8, height x width x BGR. `labels` are all it can tell."""

    name: str
    labels: tuple[str, ...]

    def score(self, picture: Any) -> ImageScores:
        """What a picture shows, in pixels of that picture."""


def load_image_moderator(settings: Settings) -> ImageModerator:
    """The engine that the settings choose. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.image_moderation import nudenet, onnx_model

    if settings.image_moderation_engine == "nudenet":
        return nudenet.NudeNet()
    return onnx_model.OnnxModel(settings.image_moderation_model_path, settings.intelligence_threads)

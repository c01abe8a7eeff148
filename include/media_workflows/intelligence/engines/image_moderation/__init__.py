"""Image moderation: pictures classified by categories of sensitive content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from media_workflows.domain.features import Box
from media_workflows.settings import Settings


@dataclass(frozen=True)
class ImageScores:
    """The scores of a picture: label -> 0 to 100. `boxes` has the best position of a label, if the model returns it."""

    scores: dict[str, float]
    boxes: dict[str, Box] = field(default_factory=dict)


class ImageModerator(Protocol):
    """An image moderation engine. Pictures are numpy uint8, height x width x BGR. `labels` are all it knows."""

    name: str
    labels: tuple[str, ...]

    def score(self, picture: Any) -> ImageScores:
        """The scores of a picture; boxes are in its pixels."""


def require_image_moderator(settings: Settings) -> None:
    """Raises EngineUnavailableError if the configured engine or its model is missing; loads nothing."""
    from media_workflows.intelligence.engines.image_moderation import nudenet, onnx_model, open_nsfw

    match _chosen(settings):
        case "nudenet":
            nudenet.require_nudenet()
        case "onnx":
            onnx_model.require_onnx_model(settings.image_moderation_model_path)
        case "opennsfw":
            open_nsfw.require_open_nsfw()


def load_image_moderator(settings: Settings) -> ImageModerator:
    """The configured engine. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.image_moderation import nudenet, onnx_model, open_nsfw

    match _chosen(settings):
        case "nudenet":
            return nudenet.NudeNet()
        case "onnx":
            return onnx_model.OnnxModel(settings.image_moderation_model_path, settings.intelligence_threads)
        case "opennsfw":
            return open_nsfw.OpenNsfw(settings.intelligence_threads)


def known_labels(settings: Settings) -> tuple[str, ...] | None:
    """The labels of the configured engine, which is available; None = they are known once it is loaded."""
    from media_workflows.intelligence.engines.image_moderation import onnx_model, open_nsfw

    match _chosen(settings):
        case "nudenet":
            return None
        case "onnx":
            return onnx_model.labels_of(settings.image_moderation_model_path)
        case "opennsfw":
            return open_nsfw.OpenNsfw.labels


def _chosen(settings: Settings) -> Literal["opennsfw", "onnx", "nudenet"]:
    """`auto`: your own model where one is set, else the packaged one."""
    if settings.image_moderation_engine != "auto":
        return settings.image_moderation_engine
    return "onnx" if settings.image_moderation_model_path else "opennsfw"

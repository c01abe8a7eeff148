"""Labels: what a picture shows, of given labels by a zero-shot model, else of the classes of a packaged one."""

from __future__ import annotations

from typing import Any, Protocol

from media_workflows.settings import Settings


class Labeller(Protocol):
    """An engine for labels. Pictures are numpy uint8, height x width x BGR."""

    name: str

    def label(self, picture: Any) -> dict[str, float]:
        """The probability of each label, 0 to 100; the sum is at most 100."""


def require_labeller(settings: Settings, labels: tuple[str, ...]) -> None:
    """Raises EngineUnavailableError if the configured engine or its model is missing; loads nothing."""
    from media_workflows.intelligence.engines.labels import clip, imagenet

    if labels:
        clip.require_clip(settings.label_model_path)
    else:
        imagenet.require_imagenet()


def load_labeller(settings: Settings, labels: tuple[str, ...]) -> Labeller:
    """CLIP for these labels; without any, the packaged model. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.labels.clip import Clip
    from media_workflows.intelligence.engines.labels.imagenet import ImageNet

    if not labels:
        return ImageNet(settings.intelligence_threads)
    return Clip(settings.label_model_path, settings.intelligence_threads, labels)

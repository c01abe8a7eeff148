"""Zero-shot labels: the content of a picture, chosen from given labels."""

from __future__ import annotations

from typing import Any, Protocol

from media_workflows.settings import Settings


class Labeller(Protocol):
    """A zero-shot engine. Pictures are numpy uint8, height x width x BGR."""

    name: str

    def label(self, picture: Any) -> dict[str, float]:
        """The probability of each label, 0 to 100; the sum is 100."""


def require_labeller(settings: Settings, labels: tuple[str, ...]) -> None:
    """Raises EngineUnavailableError if the configured engine or its model is missing; loads nothing."""
    from media_workflows.intelligence.engines.labels.clip import require_clip

    require_clip(settings.label_model_path, labels)


def load_labeller(settings: Settings, labels: tuple[str, ...]) -> Labeller:
    """The configured engine, for these labels. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.labels.clip import Clip

    return Clip(settings.label_model_path, settings.intelligence_threads, labels)

"""Names for what a picture shows, chosen from given ones."""

from __future__ import annotations

from typing import Any, Protocol

from media_workflows.settings import Settings


class Labeller(Protocol):
    """Pictures are numpy uint8, height x width x BGR."""

    name: str

    def label(self, picture: Any) -> dict[str, float]:
        """Each label's share, 0 to 100; together 100."""


def load_labeller(settings: Settings, labels: tuple[str, ...]) -> Labeller:
    """The engine that the settings choose, for these labels. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.labels.clip import Clip

    return Clip(settings.label_model_path, settings.intelligence_threads, labels)

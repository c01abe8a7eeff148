"""Text in pictures."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from media_workflows.settings import Settings

Quad: TypeAlias = Any  # numpy float32, 4 corners x (x, y), clockwise from where the line begins


class Ocr(Protocol):
    """Finds lines and reads them. Pictures are numpy uint8, height x width x BGR."""

    name: str  # with its version and its limits

    def detect(self, picture: Any) -> list[Quad]:
        """Where lines of text are, as they lie in `picture`, whose size decides what is found and what it costs."""

    def read(self, picture: Any, quad: Quad) -> tuple[str, float]:
        """The line inside `quad` and how sure the reader is, 0 to 100; '' when there is none after all."""


def load_ocr(settings: Settings) -> Ocr:
    """The engine that the settings choose. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.ocr.rapidocr import RapidOcr

    return RapidOcr(settings.intelligence_threads)

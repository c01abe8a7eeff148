"""Optical character recognition (OCR)."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from media_workflows.settings import Settings

Quad: TypeAlias = Any  # numpy float32, 4 corners x (x, y), clockwise from where the line begins


class Ocr(Protocol):
    """An OCR engine: it detects lines, then recognises their text. Pictures are numpy uint8, height x width x BGR."""

    name: str  # with its version and its limits

    def detect(self, picture: Any) -> list[Quad]:
        """The positions of lines of text in `picture`, whose size determines what is found and at what cost."""

    def read(self, picture: Any, quad: Quad) -> tuple[str, float]:
        """The text of the line inside `quad` and its confidence, 0 to 100; '' = no text."""


def require_ocr(settings: Settings) -> None:
    """Raises EngineUnavailableError if the configured engine is not installed; loads nothing."""
    from media_workflows.intelligence.engines.ocr.rapidocr import require_rapidocr

    require_rapidocr()


def load_ocr(settings: Settings) -> Ocr:
    """The configured engine. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.ocr.rapidocr import RapidOcr

    return RapidOcr(settings.intelligence_threads)

"""`caption_reader`: OCR of bitmap subtitles, where an engine is installed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.ocr import load_ocr, require_ocr
from media_workflows.settings import Settings


def caption_reader(settings: Settings) -> Callable[[bytes], list[str]] | None:
    """A function from a picture in PNG to its lines of text; None = no engine is installed.

    The engine is loaded for the first picture: most jobs have none.
    """
    try:
        require_ocr(settings)
    except EngineUnavailableError:
        return None
    engine = cache(lambda: load_ocr(settings))

    def read(png: bytes) -> list[str]:
        from media_workflows.intelligence.features.caption_lines import caption_lines

        return caption_lines(engine(), png)

    return read

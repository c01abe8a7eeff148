"""Pictures for tests of watermarks, as base64 or bytes, and what can be read from a frame."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

from PIL import Image

Rgb = tuple[int, int, int]
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def plain(color: Rgb = GREEN, width: int = 16, height: int = 16, format_: str = "PNG") -> bytes:
    """A picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), color).save(buffer, format_)
    return buffer.getvalue()


def animated(colors: Sequence[Rgb], durations_ms: Sequence[int], plays: int = 1, side: int = 16) -> bytes:
    """An animated PNG of plain frames."""
    first, *others = [Image.new("RGB", (side, side), color) for color in colors]
    buffer = io.BytesIO()
    first.save(buffer, "PNG", save_all=True, append_images=others, duration=list(durations_ms), loop=plays)
    return buffer.getvalue()


def encoded(image: bytes) -> str:
    return base64.b64encode(image).decode()

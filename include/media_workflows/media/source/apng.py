"""The timing of animated PNG, from its chunks (https://www.w3.org/TR/png-3/#apng-frame-based-animation)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from media_workflows.domain.jobs.picture_size import PNG_MAGIC

FALLBACK_FPS = (
    15  # ffmpeg's rate for frames with a delay of 0 ("as fast as possible"); passed to it, so that both agree
)


def run_s(image: bytes) -> float | None:
    """Duration of one run of the animation, in seconds; None for a still picture."""
    delays = [_delay_s(*struct.unpack_from(">HH", data, 20)) for data in _chunks(image, b"fcTL", size=26)]
    return sum(delays) if len(delays) > 1 else None


def _delay_s(numerator: int, denominator: int) -> float:
    return numerator / (denominator or 100) if numerator else 1 / FALLBACK_FPS


def _chunks(image: bytes, type_: bytes, size: int) -> Iterator[bytes]:
    """The data of the chunks of one type, of their fixed size; ends where the file is broken."""
    position = len(PNG_MAGIC) if image.startswith(PNG_MAGIC) else len(image)
    while position + 8 <= len(image):
        length, name = struct.unpack_from(">I4s", image, position)
        data = image[position + 8 : position + 8 + length]
        if name == type_ and len(data) == size:
            yield data
        position += 12 + length  # length, name, data, checksum

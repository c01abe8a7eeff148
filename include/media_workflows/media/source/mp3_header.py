"""The frame count of an MP3: the Xing, Info or VBRI header in its first frame."""

from __future__ import annotations

from pathlib import Path

_WINDOW_BYTES = 8192  # after the ID3 tags: the first frame, and padding that some taggers leave before it
_HAS_FRAMES = 1  # flag of a Xing or Info header


def has_frame_count(path: Path) -> bool:
    """Whether a header states the frame count. ffmpeg takes the duration from it, else from the file's length."""
    with path.open("rb") as file:
        start = 0
        while (head := file.read(10))[:3] == b"ID3" and len(head) == 10:
            start += 10 + _synchsafe(head[6:10])
            file.seek(start)
        file.seek(start)
        window = file.read(_WINDOW_BYTES)
    for name in (b"Xing", b"Info"):
        at = window.find(name)
        if at >= 0 and len(window) >= at + 12:
            flags, frames = (
                int.from_bytes(window[at + 4 : at + 8], "big"),
                int.from_bytes(window[at + 8 : at + 12], "big"),
            )
            return bool(flags & _HAS_FRAMES and frames)
    at = window.find(b"VBRI")
    return at >= 0 and int.from_bytes(window[at + 14 : at + 18], "big") > 0


def _synchsafe(size: bytes) -> int:
    """A size in ID3v2's encoding of seven bits per byte."""
    return sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(size))

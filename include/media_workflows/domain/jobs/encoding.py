"""`Encoding`: something that ffmpeg has to encode, by the codec or format of the parameters."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Encoding(NamedTuple):
    """A stream or a picture. `encoder` is 'software', or the hardware of a video stream ('nvenc')."""

    medium: Literal["video", "audio", "picture", "animation"]
    codec: str
    encoder: str = "software"

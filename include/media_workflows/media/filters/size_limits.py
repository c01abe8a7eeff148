"""The frame sizes that encoders and picture formats support, checked before ffmpeg fails with an exit code.

Found by trying the bundled encoders from 2x2 to 65536x64; the largest numbers are those of the formats themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from media_workflows.errors import PictureSizeError
from media_workflows.media.filters.geometry import Fit, Size
from media_workflows.settings import get_settings


@dataclass(frozen=True)
class Limit:
    """The smallest and largest frame of an encoder."""

    smallest: Size = field(default_factory=lambda: Size(1, 1))
    largest: Size = field(default_factory=lambda: Size(65_535, 65_535))
    not_multiple_of: int = 0


_LIMITS = {
    "h264": Limit(largest=Size(16_384, 16_384)),
    "h265": Limit(Size(16, 16), Size(16_384, 16_384)),
    "h266": Limit(Size(16, 16)),
    "av1": Limit(Size(16, 16), Size(16_384, 8_704)),
    "avif": Limit(Size(16, 16), Size(16_384, 8_704)),
    "vp8": Limit(largest=Size(16_383, 16_383)),
    "mpeg2": Limit(largest=Size(16_383, 16_383), not_multiple_of=4096),
    "dnxhd": Limit(Size(256, 120)),
    "jpg": Limit(largest=Size(65_500, 65_500)),
    "webp": Limit(largest=Size(16_383, 16_383)),
}
_NAMES = {"h264": "H.264", "h265": "H.265", "h266": "H.266", "av1": "AV1", "mpeg2": "MPEG-2", "dnxhd": "DNxHR"}


def require_encodable(shape: Fit, codec: str) -> Fit:
    """The same shape. Raises PictureSizeError when the codec or picture format does not support its size."""
    # ffmpeg refuses 268 million; a frame of 100 million takes 150 MB, and an encoder holds dozens.
    max_pixels = get_settings().max_frame_pixels
    limit, size = _LIMITS.get(codec, Limit()), shape.outer
    smallest, largest, multiple = limit.smallest, limit.largest, limit.not_multiple_of
    name, pixels = _NAMES.get(codec, codec.upper()), f"{size.width}x{size.height}"
    if size.width < smallest.width or size.height < smallest.height:
        raise PictureSizeError(
            "the picture would have {size} pixels, and {format} requires at least {limit}: give another width or "
            "height, another fill_type, or another codec or format",
            size=pixels,
            format=name,
            limit=f"{smallest.width}x{smallest.height}",
        )
    if size.width > largest.width or size.height > largest.height:
        raise PictureSizeError(
            "the picture would have {size} pixels, and {format} supports at most {limit}: give another width or "
            "height, another fill_type, or another codec or format",
            size=pixels,
            format=name,
            limit=f"{largest.width}x{largest.height}",
        )
    if multiple and not (size.width % multiple and size.height % multiple):
        raise PictureSizeError(
            "the picture would have {size} pixels, and {format} does not support sides that are a multiple of "
            "{multiple}: give another width or height, another fill_type, or another codec or format",
            size=pixels,
            format=name,
            multiple=multiple,
        )
    for one in (size, shape.inner):
        if one.width * one.height > max_pixels:
            raise PictureSizeError(
                "the picture would have {size} pixels, and at most {limit} pixels are encoded (setting "
                "max_frame_pixels): give another width or height, another fill_type, or another codec or format",
                size=f"{one.width}x{one.height}",
                limit=max_pixels,
            )
    return shape

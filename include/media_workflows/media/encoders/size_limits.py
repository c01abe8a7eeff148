"""The sizes that encoders and picture formats take, checked before ffmpeg fails on them with an exit code.

Found by trying the bundled encoders from 2x2 to 65536x64; the largest numbers are those of the formats themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from media_workflows.errors import PictureSizeError
from media_workflows.media.filters.geometry import Fit, Size

_MOST_PIXELS = 100_000_000  # ffmpeg refuses 268 million; a frame of this many takes 150 MB and an encoder holds dozens


@dataclass(frozen=True)
class Limit:
    """Pixels a side."""

    smallest: Size = field(default_factory=lambda: Size(1, 1))
    largest: Size = field(default_factory=lambda: Size(65_535, 65_535))
    not_multiple_of: int = 0


_LIMITS = {
    "h264": Limit(largest=Size(16_384, 16_384)),
    "h265": Limit(Size(16, 16), Size(16_384, 16_384)),
    "h266": Limit(Size(16, 16)),
    "av1": Limit(Size(16, 16), Size(16_384, 8_704)),
    "vp8": Limit(largest=Size(16_383, 16_383)),
    "mpeg2": Limit(largest=Size(16_383, 16_383), not_multiple_of=4096),
    "dnxhd": Limit(Size(256, 120)),
    "jpg": Limit(largest=Size(65_500, 65_500)),
    "webp": Limit(largest=Size(16_383, 16_383)),
}
_NAMES = {"h264": "H.264", "h265": "H.265", "h266": "H.266", "av1": "AV1", "mpeg2": "MPEG-2", "dnxhd": "DNxHR"}


def require_encodable(shape: Fit, codec: str) -> Fit:
    """The same shape. Raises PictureSizeError when the codec or picture format takes no such size."""
    limit, size = _LIMITS.get(codec, Limit()), shape.outer
    name = _NAMES.get(codec, codec.upper())
    if size.width < limit.smallest.width or size.height < limit.smallest.height:
        raise _error(size, f"{name} takes at least {limit.smallest.width}x{limit.smallest.height}")
    if size.width > limit.largest.width or size.height > limit.largest.height:
        raise _error(size, f"{name} takes at most {limit.largest.width}x{limit.largest.height}")
    if limit.not_multiple_of and not (size.width % limit.not_multiple_of and size.height % limit.not_multiple_of):
        raise _error(size, f"{name} takes no multiple of {limit.not_multiple_of} pixels")
    for one in (size, shape.inner):
        if one.width * one.height > _MOST_PIXELS:
            raise _error(one, f"at most {_MOST_PIXELS // 1_000_000} million pixels are encoded")
    return shape


def _error(size: Size, limit: str) -> PictureSizeError:
    return PictureSizeError(
        f"the picture would be {size.width}x{size.height} pixels, and {limit}: give another width or height, another "
        "fill_type, or another codec or format"
    )

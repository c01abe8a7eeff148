"""Sizes: from the template's frame size and the source's size to ffmpeg's scale and pad filters.

Sizes are display pixels, after pixel aspect and rotation: ffmpeg hands frames to the filter graph
already rotated, so nothing here rotates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ffmpeg

from media_workflows.domain.jobs.base import FrameSize
from media_workflows.domain.media_info import MediaInfo, VideoStream
from media_workflows.errors import NoVideoError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.source.undecodable import require_decodable


@dataclass(frozen=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def is_portrait(self) -> bool:
        return self.height > self.width


@dataclass(frozen=True)
class Box:
    """A rectangle of a picture, in shares of its width and height."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top

    def inside(self, outer: Box) -> Box:
        """This rectangle of the part `outer` of a picture, as one of the whole picture."""
        width, height = outer.size
        return Box(
            outer.left + self.left * width,
            outer.top + self.top * height,
            outer.left + self.right * width,
            outer.top + self.bottom * height,
        )


WHOLE = Box()


@dataclass(frozen=True)
class Turn:
    """A rotation clockwise by `degrees` (a multiple of 90), then a mirroring: none, horizontal or vertical."""

    degrees: int = 0
    flip: str = "none"

    @property
    def is_sideways(self) -> bool:
        """Whether width and height change places."""
        return self.degrees % 180 != 0


UPRIGHT = Turn()


@dataclass(frozen=True)
class Fit:
    """A picture scaled to `inner` and centred in a frame of `outer`, which crops a larger one.

    `fill` is drawn around a smaller one: a colour, or 'gauss', the picture itself, large and blurred. Before that, the
    part `kept` of the source is turned by `turn`.
    """

    inner: Size
    outer: Size
    fill: str = "black"
    kept: Box = WHOLE
    turn: Turn = UPRIGHT


def require_video(info: MediaInfo) -> VideoStream:
    """The video track. Raises NoVideoError, or UndecodableError."""
    if info.video is None:
        require_decodable("video", info)
        raise NoVideoError("the source has no video, which this job needs: upload a file with a video track")
    return info.video


def display_size(video: VideoStream) -> Size:
    return Size(video.display_width, video.display_height)


def fit(frame: FrameSize, source: Size, multiple: int = 2) -> Fit:
    """The fit of a picture of `source` in the requested frame; sides are multiples of `multiple` pixels.

    2 is what 4:2:0 video needs; pictures may have odd sides (1).
    """
    outer = _outer(frame, source, multiple)
    if not (frame.width and frame.height):
        return Fit(outer, outer)
    return fit_into(outer, source, frame.fill_type, multiple)


def fit_into(outer: Size, source: Size, fill_type: str, multiple: int = 2) -> Fit:
    """The fit of a picture of `source` in a frame of exactly `outer`."""
    if fill_type == "stretch":
        return Fit(outer, outer)
    if fill_type == "crop":
        return Fit(_covering(source, outer, multiple), outer)
    scale = min(outer.width / source.width, outer.height / source.height)
    inner = Size(
        min(outer.width, _rounded(source.width * scale, multiple)),
        min(outer.height, _rounded(source.height * scale, multiple)),
    )
    return Fit(inner, outer, fill_type)


def _covering(source: Size, outer: Size, multiple: int) -> Size:
    """The smallest size at which a picture of `source` covers `outer`."""
    scale = max(outer.width / source.width, outer.height / source.height)
    return Size(
        max(outer.width, _rounded(source.width * scale, multiple)),
        max(outer.height, _rounded(source.height * scale, multiple)),
    )


def _outer(frame: FrameSize, source: Size, multiple: int) -> Size:
    width, height = frame.width, frame.height
    if frame.resolution_adaptive and source.is_portrait:
        width, height = height, width
    if not width and not height:
        width, height = source.width, source.height
    exact_width = width or height * source.width / source.height
    exact_height = height or width * source.height / source.width
    return Size(_rounded(exact_width, multiple), _rounded(exact_height, multiple))


def _rounded(side: float, multiple: int) -> int:
    return max(multiple, int(side / multiple + 0.5) * multiple)


# The background is scaled down before the blur, which is then cheap: its detail is not visible anyway.
_BLUR_SHRINK = 8


def inner_place(shape: Fit, multiple: int = 2) -> tuple[int, int]:
    """The position of the picture's upper left corner in its frame."""
    inner, outer = shape.inner, shape.outer
    x, y = max(0, outer.width - inner.width), max(0, outer.height - inner.height)
    return x // 2 // multiple * multiple, y // 2 // multiple * multiple


def draw(stream: Stream, shape: Fit, multiple: int = 2, sar: str = "1", **scale_options: Any) -> Stream:
    """The video stream scaled and filled to `shape`, with pixels of aspect `sar`, square by default."""
    inner, outer = shape.inner, shape.outer
    if multiple == 1 and inner != outer:  # halved colour planes would round odd sides away
        stream = stream.filter("format", "yuv444p")
    picture = stream.filter("scale", inner.width, inner.height, **scale_options)
    if inner.width > outer.width or inner.height > outer.height:
        picture = picture.filter("crop", outer.width, outer.height)
    elif inner != outer:
        x, y = inner_place(shape, multiple)
        if shape.fill == "gauss":
            picture = ffmpeg.filter([_blurred(stream, outer, scale_options), picture], "overlay", x, y)
        else:
            picture = picture.filter("pad", outer.width, outer.height, x, y, shape.fill)
    return picture.filter("setsar", sar)


def _blurred(stream: Stream, outer: Size, scale_options: dict[str, Any]) -> Stream:
    small = Size(max(2, outer.width // _BLUR_SHRINK), max(2, outer.height // _BLUR_SHRINK))
    fill = {"force_original_aspect_ratio": "increase", **scale_options}
    shrunk = stream.filter("scale", small.width, small.height, **fill).filter("crop", small.width, small.height)
    return shrunk.filter("gblur", sigma=3).filter("scale", outer.width, outer.height).filter("setsar", 1)

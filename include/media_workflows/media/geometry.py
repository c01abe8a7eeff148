"""Sizes: from what a template asks and what the source shows to ffmpeg's scale and pad filters.

Sizes are display pixels, after pixel aspect and rotation: ffmpeg hands frames to the filter graph
already rotated, so nothing here rotates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from media_workflows.errors import NoVideoError
from media_workflows.media.graph import Stream
from media_workflows.model.jobs.base import FrameSize
from media_workflows.model.media_info import MediaInfo, VideoStream


@dataclass(frozen=True)
class Size:
    """Pixels."""

    width: int
    height: int

    @property
    def is_portrait(self) -> bool:
        return self.height > self.width


@dataclass(frozen=True)
class Fit:
    """The picture is scaled to `inner` and centred on a canvas of `outer` filled with `color`."""

    inner: Size
    outer: Size
    color: str = "black"


def require_video(info: MediaInfo) -> VideoStream:
    """The picture track. Raises NoVideoError."""
    if info.video is None:
        raise NoVideoError("the source has no video, and this job makes pictures of one")
    return info.video


def display_size(video: VideoStream) -> Size:
    return Size(video.display_width, video.display_height)


def fit(frame: FrameSize, source: Size, multiple: int = 2) -> Fit:
    """How a picture of `source` fills the asked frame; sides are multiples of `multiple` pixels.

    2 is what 4:2:0 video needs; pictures may have odd sides (1).
    """
    outer = _outer(frame, source, multiple)
    if frame.fill_type == "stretch" or not (frame.width and frame.height):
        return Fit(outer, outer)
    scale = min(outer.width / source.width, outer.height / source.height)
    inner = Size(
        min(outer.width, _rounded(source.width * scale, multiple)),
        min(outer.height, _rounded(source.height * scale, multiple)),
    )
    return Fit(inner, outer, frame.fill_type)


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


def draw(stream: Stream, shape: Fit, multiple: int = 2, **scale_options: Any) -> Stream:
    """Scale and pad a video stream to `shape`; square pixels come out."""
    stream = stream.filter("scale", shape.inner.width, shape.inner.height, **scale_options)
    if shape.inner != shape.outer:
        x = (shape.outer.width - shape.inner.width) // 2 // multiple * multiple
        y = (shape.outer.height - shape.inner.height) // 2 // multiple * multiple
        stream = stream.filter("pad", shape.outer.width, shape.outer.height, x, y, shape.color)
    return stream.filter("setsar", 1)

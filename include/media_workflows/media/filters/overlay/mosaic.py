"""Mosaics: pixelated regions of the picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import ffmpeg

from media_workflows.domain.jobs.mosaic import Mosaic
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.overlays import FrameFormat, enable, pixels, shown_range

_BLOCKS = 32  # across the picture's short side: coarse enough that a face cannot be recognised
_MIN_BLOCK_PX = 8


class Region(NamedTuple):
    """A rectangle in pixels; all values even, as 4:2:0 video requires."""

    x: int
    y: int
    width: int
    height: int


def draw_mosaics(stream: Stream, mosaics: Iterable[Mosaic], frame: FrameFormat) -> Stream:
    """The stream with its regions pixelated, each in its time range."""
    size, duration_s = frame.size, frame.duration_s or 0.0
    block = max(_MIN_BLOCK_PX, min(size.width, size.height) // _BLOCKS)
    for mosaic in mosaics:
        region, shown = region_of(mosaic, size), shown_range(mosaic, duration_s)
        if region is None or shown is None:
            continue
        part = stream.filter("crop", region.width, region.height, region.x, region.y)
        part = part.filter("pixelize", width=block, height=block)
        options = {"x": region.x, "y": region.y, "format": frame.overlay_format, **enable(*shown, duration_s)}
        stream = ffmpeg.filter([stream, part], "overlay", **options)
    return stream


def region_of(mosaic: Mosaic, frame: Size) -> Region | None:
    """The region of the frame to hide, grown to even pixels; None when it lies outside."""
    x, width = _span(mosaic.x_pos, mosaic.width, frame.width, frame)
    y, height = _span(mosaic.y_pos, mosaic.height, frame.height, frame)
    return Region(x, y, width, height) if width > 0 and height > 0 else None


def _span(position: str, length: str, along: int, frame: Size) -> tuple[int, int]:
    start = pixels(position, along, frame)
    end = min(along, start + max(1, pixels(length, along, frame)))
    even_start = start // 2 * 2
    return even_start, (end - even_start + 1) // 2 * 2

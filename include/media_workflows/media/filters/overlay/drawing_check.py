"""Whether the drawings of a failed command can be drawn at all: ffmpeg names no input as the cause of its failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import ffmpeg

from media_workflows.errors import DrawingError, EncodeError
from media_workflows.media.ffmpeg.graph import Stream

_SIDE_PX = 64  # what makes the rasteriser refuse a drawing does not depend on its size


def drawing_error(assets: Iterable[Path], run: Callable[[Stream, Path], None]) -> DrawingError | None:
    """The error of the first SVG that cannot be drawn alone. `run` runs a graph in a directory."""
    for path in assets:
        if path.suffix != ".svg":
            continue
        size = {"width": _SIDE_PX, "height": _SIDE_PX}
        drawing = ffmpeg.input(f"file:{path.name}", format="svg_pipe", protocol_whitelist="file", keep_ar=0, **size)
        try:
            run(drawing["v"].output("-", format="null"), path.parent)
        except EncodeError as error:
            return DrawingError(
                "the SVG of a watermark cannot be drawn: simplify it; the source is not the cause\n{output}",
                output=error,
            )
    return None

"""Watermarks: images and texts drawn over a video stream."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import ffmpeg

from media_workflows.media.fonts import require_glyphs
from media_workflows.media.geometry import Size
from media_workflows.media.graph import Stream
from media_workflows.media.plan import BuildContext
from media_workflows.model.jobs.watermark import PNG_MAGIC, ImageWatermark, TextWatermark, Watermark


@dataclass
class Assets:
    """Files the runner writes before ffmpeg starts, by path. Equal content is one file and one input."""

    work_dir: Path
    files: dict[Path, bytes] = field(default_factory=dict)

    def add(self, content: bytes, suffix: str) -> str:
        """The local name that will hold `content`."""
        name = f"asset_{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        self.files[self.work_dir / name] = content
        return name


def pixels(position: str, whole: int) -> int:
    """'12px' or '10%' of `whole` pixels, in pixels."""
    if position.endswith("%"):
        return round(float(position[:-1]) * whole / 100)
    return round(float(position.removesuffix("px")))


def draw_watermarks(
    stream: Stream,
    watermarks: Iterable[Watermark],
    canvas: Size,
    context: BuildContext,
    assets: Assets,
    timed: bool = True,
) -> Stream:
    """Draw in order, the last on top. `timed` False ignores the time ranges (a picture has no time).

    Raises MissingGlyphError for a text the font cannot draw.
    """
    for watermark in watermarks:
        enable = _enable(watermark) if timed else {}
        if isinstance(watermark.mark, ImageWatermark):
            stream = _draw_image(stream, watermark, watermark.mark, canvas, assets, enable)
        else:
            stream = _draw_text(stream, watermark, watermark.mark, canvas, context, assets, enable)
    return stream


def _enable(watermark: Watermark) -> dict[str, str]:
    start_s, end_s = watermark.start_offset_s, watermark.end_offset_s
    if end_s:
        return {"enable": f"between(t,{start_s:g},{end_s:g})"}
    return {"enable": f"gte(t,{start_s:g})"} if start_s else {}


def _place(watermark: Watermark, canvas: Size, whole: tuple[str, str], mark: tuple[str, str]) -> dict[str, str]:
    """x and y expressions; `whole` and `mark` are the filter's names for the two sizes."""
    x, y = pixels(watermark.x_pos, canvas.width), pixels(watermark.y_pos, canvas.height)
    right, bottom = watermark.origin.endswith("right"), watermark.origin.startswith("bottom")
    return {
        "x": f"{whole[0]}-{mark[0]}-{x}" if right else str(x),
        "y": f"{whole[1]}-{mark[1]}-{y}" if bottom else str(y),
    }


def _draw_image(
    stream: Stream, watermark: Watermark, mark: ImageWatermark, canvas: Size, assets: Assets, enable: dict[str, str]
) -> Stream:
    image = _image_input(mark, assets)
    width, height = pixels(mark.width, canvas.width), pixels(mark.height, canvas.height)
    if width or height:
        image = image.filter("scale", width or -1, height or -1)
    place = _place(watermark, canvas, ("W", "H"), ("w", "h"))
    # The one image frame repeats to the end of the video, overlay's way with an input that is over.
    return ffmpeg.filter([stream, image], "overlay", format="auto", **place, **enable)


def _image_input(mark: ImageWatermark, assets: Assets) -> Stream:
    is_png = mark.image_bytes.startswith(PNG_MAGIC)
    name = assets.add(mark.image_bytes, ".png" if is_png else ".jpg")
    # A named demuxer: ffmpeg would otherwise read a file name as the pattern of an image sequence.
    source = ffmpeg.input(f"file:{name}", format="png_pipe" if is_png else "jpeg_pipe", protocol_whitelist="file")
    return source["v"].filter("format", "rgba")


def _draw_text(
    stream: Stream,
    watermark: Watermark,
    mark: TextWatermark,
    canvas: Size,
    context: BuildContext,
    assets: Assets,
    enable: dict[str, str],
) -> Stream:
    require_glyphs(context.font, mark.text)
    name = assets.add(mark.text.encode(), ".txt")
    return stream.filter(
        "drawtext",
        textfile=name,
        expansion="none",  # '%' and '\' are drawn, not interpreted
        fontfile=str(context.font),
        fontsize=mark.font_size_px,
        fontcolor=f"{mark.font_color}@{mark.font_alpha:g}",
        **_place(watermark, canvas, ("w", "h"), ("tw", "th")),
        **enable,
    )

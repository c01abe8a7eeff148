"""Watermarks: images, texts and SVGs drawn over a video stream. All become pictures and are overlaid alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ffmpeg

from media_workflows.domain.jobs.picture_size import PNG_MAGIC, image_size
from media_workflows.domain.jobs.watermark import (
    ImageWatermark,
    Overlay,
    SvgWatermark,
    TextWatermark,
    Watermark,
)
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT, font_chain, require_glyphs
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.overlays import Canvas, enable, mark_size, place, shown_range
from media_workflows.media.filters.overlay.text_image import png_bytes, text_image
from media_workflows.media.plan import BuildContext
from media_workflows.media.source import apng


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

    def add_alone(self, content: bytes, suffix: str) -> str:
        """The local directory that will hold `content` and nothing else."""
        return str(Path(self.add(content, f"/only{suffix}")).parent)


@dataclass(frozen=True)
class _Picture:
    """A mark as an input of the graph, in its final size. `run_s`: it moves without end, and one run takes that."""

    stream: Stream
    size: Size
    run_s: float | None = None


def draw_watermarks(
    stream: Stream,
    watermarks: Iterable[Watermark],
    canvas: Canvas,
    context: BuildContext,
    assets: Assets,
) -> Stream:
    """Draw in order, the last on top. On a picture nothing moves and nothing ends.

    Raises MissingGlyphError for a text the fonts cannot draw, MediaError for a mark that would be too large.
    """
    duration_s = canvas.duration_s
    for watermark in watermarks:
        shown = (0.0, 0.0) if duration_s is None else shown_range(watermark, duration_s)
        if shown is None:
            continue
        picture = _picture(watermark, canvas.size, context, assets, moves=duration_s is not None)
        options: dict[str, Any] = {"format": canvas.overlay_format, **place(watermark, picture.size, canvas.size)}
        mark = picture.stream
        if duration_s is not None:
            options |= enable(*_cut(shown, watermark.mark, picture), duration_s)
        if picture.run_s is not None:
            # Endless, so it must not keep the video going; a still one repeats for as long as the video lasts.
            options["shortest"] = 1
            mark = mark.filter("setpts", f"PTS-STARTPTS+{shown[0]:.6f}/TB")
        stream = ffmpeg.filter([stream, mark], "overlay", **options)
    return stream


def _cut(shown: tuple[float, float], mark: Overlay | None, picture: _Picture) -> tuple[float, float]:
    """The range in seconds, one run long for an animation that is shown once."""
    start_s, end_s = shown
    if picture.run_s is not None and isinstance(mark, ImageWatermark) and mark.repeat_type == "once":
        return start_s, min(end_s, start_s + picture.run_s)
    return shown


def _picture(watermark: Watermark, canvas: Size, context: BuildContext, assets: Assets, moves: bool) -> _Picture:
    match watermark.mark:
        case ImageWatermark() as mark:
            run_s = apng.run_s(mark.image_bytes) if moves else None
            return _still(mark, canvas, assets) if run_s is None else _moving(mark, run_s, canvas, assets)
        case TextWatermark() as mark:
            return _text(mark, canvas, context, assets)
        case SvgWatermark() as mark:
            return _svg(mark, canvas, assets)
    raise MediaError(f"watermark template {watermark.template} has not been filled in: no such template")


def _still(mark: ImageWatermark, canvas: Size, assets: Assets) -> _Picture:
    image = mark.image_bytes
    size = mark_size(mark, image_size(image), canvas)
    is_png = image.startswith(PNG_MAGIC)
    source = _input(assets.add(image, ".png" if is_png else ".jpg"), "png_pipe" if is_png else "jpeg_pipe")
    return _Picture(source.filter("format", "rgba").filter("scale", size.width, size.height), size)


def _moving(mark: ImageWatermark, run_s: float, canvas: Size, assets: Assets) -> _Picture:
    size = mark_size(mark, image_size(mark.image_bytes), canvas)
    name = assets.add(mark.image_bytes, ".png")
    repeats = mark.repeat_type == "repeat"
    source = _input(name, "apng", default_fps=apng.FALLBACK_FPS, stream_loop=-1 if repeats else 0)
    stream = source.filter("format", "rgba").filter("scale", size.width, size.height)
    return _Picture(stream if repeats else stream.filter("tpad", stop=-1, stop_mode="clone"), size, run_s)


def _text(mark: TextWatermark, canvas: Size, context: BuildContext, assets: Assets) -> _Picture:
    image = text_image(mark, context.fonts, canvas)
    source = _input(assets.add(png_bytes(image), ".png"), "png_pipe")
    return _Picture(source.filter("format", "rgba"), Size(*image.size))


def _svg(mark: SvgWatermark, canvas: Size, assets: Assets) -> _Picture:
    """Rasterised in its final size. ffmpeg's librsvg loads nothing that the document names."""
    drawing = mark.drawing
    require_glyphs(font_chain(BUNDLED_FONT), drawing.text, "turn the text of the SVG into paths")
    size = mark_size(mark, (drawing.width, drawing.height), canvas)
    name = assets.add(drawing.document, ".svg")
    source = _input(name, "svg_pipe", width=size.width, height=size.height, keep_ar=0)
    return _Picture(source.filter("format", "rgba"), size)


def _input(name: str, format_: str, **options: Any) -> Stream:
    # A named demuxer: ffmpeg would otherwise read a file name as the pattern of an image sequence.
    return ffmpeg.input(f"file:{name}", format=format_, protocol_whitelist="file", **options)["v"]

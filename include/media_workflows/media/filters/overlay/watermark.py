"""Watermarks: images, texts and SVGs drawn over a video stream. Each becomes a picture input of the graph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
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
from media_workflows.errors import MediaError, MissingGlyphError
from media_workflows.media.ffmpeg.fonts import (
    BUNDLED_FONT,
    font_chain,
    font_names,
    missing_glyphs,
    named_characters,
)
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.overlays import FrameFormat, enable, overlay_size, place, shown_range
from media_workflows.media.filters.overlay.text_image import png_bytes, text_image
from media_workflows.media.source import apng


@dataclass
class Assets:
    """Files that the runner writes before ffmpeg starts, by path. Equal content is one file and one input."""

    work_dir: Path
    files: dict[Path, bytes] = field(default_factory=dict)

    def add(self, content: bytes, suffix: str) -> str:
        """Add a file; returns its local name."""
        name = f"asset_{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        self.files[self.work_dir / name] = content
        return name

    def add_alone(self, content: bytes, suffix: str) -> str:
        """Add a file in a directory of its own; returns the directory."""
        return str(Path(self.add(content, f"/only{suffix}")).parent)


@dataclass(frozen=True)
class _Picture:
    """An overlay as an input of the graph, in its final size. `run_s` is the length of one run of an animation."""

    stream: Stream
    size: Size
    run_s: float | None = None


def draw_watermarks(
    stream: Stream,
    watermarks: Iterable[Watermark],
    frame: FrameFormat,
    context: BuildContext,
    assets: Assets,
) -> Stream:
    """The stream with the watermarks drawn in order, the last on top. On a still picture, animations and time ranges
    do not apply.

    Raises MissingGlyphError for a text that the fonts cannot draw, MediaError for an overlay that would be too large.
    """
    duration_s = frame.duration_s
    for watermark in watermarks:
        shown = (0.0, 0.0) if duration_s is None else shown_range(watermark, duration_s)
        if shown is None:
            continue
        picture = _picture(watermark, frame.size, context, assets, moves=duration_s is not None)
        options: dict[str, Any] = {"format": frame.overlay_format, **place(watermark, picture.size, frame)}
        overlay = picture.stream
        if duration_s is not None:
            options |= enable(*_time_range(shown, watermark.mark, picture), duration_s)
        if picture.run_s is not None:
            # An endless overlay must not prolong the video; a still one repeats for as long as the video lasts.
            options["shortest"] = 1
            overlay = overlay.filter("setpts", f"PTS-STARTPTS+{shown[0]:.6f}/TB")
        stream = ffmpeg.filter([stream, overlay], "overlay", **options)
    return stream


def own_size(watermark: Watermark, frame: Size, fonts: Sequence[Path]) -> tuple[float, float]:
    """The size (width, height) of a watermark's content; a text is drawn as it is. Raises as `draw_watermarks`."""
    match watermark.mark:
        case ImageWatermark() as overlay:
            return image_size(overlay.image_bytes)
        case TextWatermark() as overlay:
            return text_image(overlay, fonts, frame).size
        case SvgWatermark() as overlay:
            return overlay.drawing.width, overlay.drawing.height
    raise _no_template(watermark)


def drawn_size(watermark: Watermark, frame: Size, fonts: Sequence[Path]) -> Size:
    """The size that a watermark is drawn at. Raises as `draw_watermarks`."""
    own = own_size(watermark, frame, fonts)
    if isinstance(watermark.mark, ImageWatermark | SvgWatermark):
        return overlay_size(watermark.mark, own, frame)
    return Size(round(own[0]), round(own[1]))


def _no_template(watermark: Watermark) -> MediaError:
    return MediaError(
        "the watermark template {definition} does not exist: name another one in `template`",
        definition=watermark.template,
    )


def _time_range(shown: tuple[float, float], overlay: Overlay | None, picture: _Picture) -> tuple[float, float]:
    """The time range in seconds, one run long for an animation that is shown once."""
    start_s, end_s = shown
    if picture.run_s is not None and isinstance(overlay, ImageWatermark) and overlay.repeat_type == "once":
        return start_s, min(end_s, start_s + picture.run_s)
    return shown


def _picture(watermark: Watermark, frame: Size, context: BuildContext, assets: Assets, moves: bool) -> _Picture:
    match watermark.mark:
        case ImageWatermark() as overlay:
            run_s = apng.run_s(overlay.image_bytes) if moves else None
            return _still(overlay, frame, assets) if run_s is None else _moving(overlay, run_s, frame, assets)
        case TextWatermark() as overlay:
            return _text(overlay, frame, context, assets)
        case SvgWatermark() as overlay:
            return _svg(overlay, frame, assets)
    raise _no_template(watermark)


def _still(overlay: ImageWatermark, frame: Size, assets: Assets) -> _Picture:
    image = overlay.image_bytes
    size = overlay_size(overlay, image_size(image), frame)
    is_png = image.startswith(PNG_MAGIC)
    source = _input(assets.add(image, ".png" if is_png else ".jpg"), "png_pipe" if is_png else "jpeg_pipe")
    return _Picture(source.filter("format", "rgba").filter("scale", size.width, size.height), size)


def _moving(overlay: ImageWatermark, run_s: float, frame: Size, assets: Assets) -> _Picture:
    size = overlay_size(overlay, image_size(overlay.image_bytes), frame)
    name = assets.add(overlay.image_bytes, ".png")
    repeats = overlay.repeat_type == "repeat"
    source = _input(name, "apng", default_fps=apng.FALLBACK_FPS, stream_loop=-1 if repeats else 0)
    stream = source.filter("format", "rgba").filter("scale", size.width, size.height)
    return _Picture(stream if repeats else stream.filter("tpad", stop=-1, stop_mode="clone"), size, run_s)


def _text(overlay: TextWatermark, frame: Size, context: BuildContext, assets: Assets) -> _Picture:
    image = text_image(overlay, context.fonts, frame)
    source = _input(assets.add(png_bytes(image), ".png"), "png_pipe")
    return _Picture(source.filter("format", "rgba"), Size(*image.size))


def _svg(overlay: SvgWatermark, frame: Size, assets: Assets) -> _Picture:
    """An SVG, rasterised in its final size. ffmpeg's librsvg loads no files that the document refers to."""
    drawing = overlay.drawing
    fonts = font_chain(BUNDLED_FONT)
    if missing := missing_glyphs(fonts, drawing.text):
        raise MissingGlyphError(
            "none of the fonts ({fonts}) has a glyph for {characters}; turn the text of the SVG into paths",
            fonts=font_names(fonts),
            characters=named_characters(missing),
        )
    size = overlay_size(overlay, (drawing.width, drawing.height), frame)
    name = assets.add(drawing.document, ".svg")
    source = _input(name, "svg_pipe", width=size.width, height=size.height, keep_ar=0)
    return _Picture(source.filter("format", "rgba"), size)


def _input(name: str, format_: str, **options: Any) -> Stream:
    # With a named demuxer: ffmpeg would otherwise read a file name as the pattern of an image sequence.
    return ffmpeg.input(f"file:{name}", format=format_, protocol_whitelist="file", **options)["v"]

"""Text watermarks as transparent pictures: drawn here, so that the text never becomes part of filter syntax."""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont, features

from media_workflows.domain.jobs.watermark import TextWatermark
from media_workflows.errors import MissingGlyphError
from media_workflows.media.ffmpeg.fonts import font_names, font_runs, is_ignorable, missing_glyphs, named_characters
from media_workflows.media.filters.geometry import Size

_TAB_STOP = 4  # characters


class _GlyphRun(NamedTuple):
    """A part of a line in one font, with its pen position (x, baseline)."""

    x: float
    y: float
    font: ImageFont.FreeTypeFont
    text: str


def text_image(overlay: TextWatermark, fonts: Sequence[Path], frame: Size) -> Image.Image:
    """The text as RGBA, cropped to the drawn pixels; parts beyond the size of `frame` are cut off right and below.

    Raises MissingGlyphError for characters that the fonts cannot draw.
    """
    text = unicodedata.normalize("NFC", overlay.text).expandtabs(_TAB_STOP)
    if missing := missing_glyphs(fonts, text):
        raise MissingGlyphError(
            "none of the fonts ({fonts}) has a glyph for {characters}; change the text, or name a font that has them "
            "in the setting watermark_font or extra_fonts",
            fonts=font_names(fonts),
            characters=named_characters(missing),
        )
    ink = _ink(list(_glyph_runs(text, fonts, overlay.font_size_px)), frame)
    image = Image.new("RGBA", ink.size, f"#{overlay.font_color.removeprefix('0x')}")
    image.putalpha(ink.point(lambda value: round(value * overlay.font_alpha)))
    return image


def png_bytes(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _glyph_runs(text: str, fonts: Sequence[Path], size_px: int) -> Iterator[_GlyphRun]:
    layout = _layout(text)
    lines = [
        [(_font(path, size_px, layout), _shown(part, layout)) for path, part in font_runs(fonts, line)]
        for line in text.split("\n")
    ]
    metrics = [font.getmetrics() for line in lines for font, _ in line]
    pitch = sum(map(max, zip(*metrics, strict=True)))  # the highest ascent and the deepest descent
    for number, line in enumerate(lines):
        x = 0.0
        for font, part in line:
            yield _GlyphRun(x, number * pitch, font, part)
            x += font.getlength(part)


def _shown(part: str, layout: ImageFont.Layout) -> str:
    """The text without shaping controls, which the basic layout would draw if the font has a glyph for them."""
    return part if layout is ImageFont.Layout.RAQM else "".join(char for char in part if not is_ignorable(char))


def _layout(text: str) -> ImageFont.Layout:
    """The layout engine: Pillow's own, unless a script needs shaping or runs from the right, or emoji may combine."""
    needs_shaping = any(_needs_shaping(char) for char in text)
    if features.check("raqm"):
        gains = needs_shaping or any(_combines(char) for char in text)
        return ImageFont.Layout.RAQM if gains else ImageFont.Layout.BASIC
    if not needs_shaping:
        return ImageFont.Layout.BASIC
    raise MissingGlyphError(
        "the text of a watermark runs from right to left or has combining marks, which requires the library FriBiDi: "
        "install it (Debian: libfribidi0), or change the text"
    )


def _needs_shaping(char: str) -> bool:
    if is_ignorable(char):
        return False
    return unicodedata.bidirectional(char) in ("R", "AL", "AN") or unicodedata.category(char).startswith("M")


def _combines(char: str) -> bool:
    """Whether a character is a joiner, a skin tone or a flag letter; uncombined emoji are legible too."""
    return char == "\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff" or "\U0001f1e6" <= char <= "\U0001f1ff"


def _ink(runs: list[_GlyphRun], frame: Size) -> Image.Image:
    """The coverage of every pixel, cropped to the drawn pixels."""
    boxes = [_bounds(run) for run in runs]
    left, top = min((box[0] for box in boxes), default=0), min((box[1] for box in boxes), default=0)
    right, bottom = max((box[2] for box in boxes), default=0), max((box[3] for box in boxes), default=0)
    ink = Image.new("L", (min(right - left, frame.width), min(bottom - top, frame.height)))
    draw = ImageDraw.Draw(ink)
    for run in runs:
        draw.text((run.x - left, run.y - top), run.text, fill=255, font=run.font, anchor="ls")
    box = ink.getbbox()
    if box is None:
        raise MissingGlyphError("the text of a watermark draws no pixel; change the text, or its size")
    return ink.crop(box)


def _bounds(run: _GlyphRun) -> tuple[int, int, int, int]:
    """The box of a run in whole pixels, with a margin of one: hinting may move an outline by a fraction."""
    left, top, right, bottom = run.font.getbbox(run.text, anchor="ls")
    return (
        math.floor(run.x + left) - 1,
        math.floor(run.y + top) - 1,
        math.ceil(run.x + right) + 1,
        math.ceil(run.y + bottom) + 1,
    )


@lru_cache(maxsize=32)
def _font(path: Path, size_px: int, layout: ImageFont.Layout) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(path, size_px, layout_engine=layout)
    except OSError as error:
        raise MissingGlyphError(
            "the font {font} cannot be drawn at {size_px} pixels ({cause}); check the settings watermark_font and "
            "extra_fonts",
            font=path.name,
            size_px=size_px,
            cause=error,
        ) from error

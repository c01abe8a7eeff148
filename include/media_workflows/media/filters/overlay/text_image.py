"""A text as a transparent picture: drawn here, so that no filter syntax ever sees it."""

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
from media_workflows.media.ffmpeg.fonts import font_runs, is_ignorable, require_glyphs
from media_workflows.media.filters.geometry import Size

_TAB_STOP = 4  # characters


class _Piece(NamedTuple):
    """A part of a line that one font draws, with its pen position (x, baseline)."""

    x: float
    y: float
    font: ImageFont.FreeTypeFont
    text: str


def text_image(mark: TextWatermark, fonts: Sequence[Path], canvas: Size) -> Image.Image:
    """RGBA, cropped to the ink; what would be larger than `canvas` loses its right and lower part.

    Raises MissingGlyphError for what the fonts cannot draw.
    """
    text = unicodedata.normalize("NFC", mark.text).expandtabs(_TAB_STOP)
    require_glyphs(
        fonts, text, "change the text, or name a font that has them in the setting watermark_font or extra_fonts"
    )
    ink = _ink(list(_pieces(text, fonts, mark.font_size_px)), canvas)
    image = Image.new("RGBA", ink.size, f"#{mark.font_color.removeprefix('0x')}")
    image.putalpha(ink.point(lambda value: round(value * mark.font_alpha)))
    return image


def png_bytes(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _pieces(text: str, fonts: Sequence[Path], size_px: int) -> Iterator[_Piece]:
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
            yield _Piece(x, number * pitch, font, part)
            x += font.getlength(part)


def _shown(part: str, layout: ImageFont.Layout) -> str:
    """Without what steers the shaping, which the basic layout would draw if the font has a sign for it."""
    return part if layout is ImageFont.Layout.RAQM else "".join(char for char in part if not is_ignorable(char))


def _layout(text: str) -> ImageFont.Layout:
    """Pillow's own layout, unless a script needs shaping or runs from the right, or emoji may combine."""
    needs_shaping = any(_needs_shaping(char) for char in text)
    if features.check("raqm"):
        gains = needs_shaping or any(_combines(char) for char in text)
        return ImageFont.Layout.RAQM if gains else ImageFont.Layout.BASIC
    if not needs_shaping:
        return ImageFont.Layout.BASIC
    raise MissingGlyphError(
        "this text runs from right to left or has combining marks, which takes the library FriBiDi: "
        "install it (Debian: libfribidi0), or change the text"
    )


def _needs_shaping(char: str) -> bool:
    if is_ignorable(char):
        return False
    return unicodedata.bidirectional(char) in ("R", "AL", "AN") or unicodedata.category(char).startswith("M")


def _combines(char: str) -> bool:
    """Joiners, skin tones and flag letters; by themselves they are legible too."""
    return char == "\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff" or "\U0001f1e6" <= char <= "\U0001f1ff"


def _ink(pieces: list[_Piece], canvas: Size) -> Image.Image:
    """The coverage of every pixel, cropped to the ink."""
    boxes = [_bounds(piece) for piece in pieces]
    left, top = min((box[0] for box in boxes), default=0), min((box[1] for box in boxes), default=0)
    right, bottom = max((box[2] for box in boxes), default=0), max((box[3] for box in boxes), default=0)
    ink = Image.new("L", (min(right - left, canvas.width), min(bottom - top, canvas.height)))
    draw = ImageDraw.Draw(ink)
    for piece in pieces:
        draw.text((piece.x - left, piece.y - top), piece.text, fill=255, font=piece.font, anchor="ls")
    box = ink.getbbox()
    if box is None:
        raise MissingGlyphError("the text leaves no mark on the picture; change it, or its size")
    return ink.crop(box)


def _bounds(piece: _Piece) -> tuple[int, int, int, int]:
    """Whole pixels that hold the piece, with one to spare: hinting may move an outline by a part of one."""
    left, top, right, bottom = piece.font.getbbox(piece.text, anchor="ls")
    return (
        math.floor(piece.x + left) - 1,
        math.floor(piece.y + top) - 1,
        math.ceil(piece.x + right) + 1,
        math.ceil(piece.y + bottom) + 1,
    )


@lru_cache(maxsize=32)
def _font(path: Path, size_px: int, layout: ImageFont.Layout) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(path, size_px, layout_engine=layout)
    except OSError as error:
        raise MissingGlyphError(
            f"the font {path.name} cannot be drawn at {size_px} pixels ({error}); "
            "check the settings watermark_font and extra_fonts"
        ) from error

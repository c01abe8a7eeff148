"""The watermark font, and the check that it can draw a text.

ffmpeg draws an empty box for a missing glyph and reports success, so the check comes first.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

import media_workflows
from media_workflows.errors import MissingGlyphError

BUNDLED_FONT = Path(media_workflows.__file__).parent / "fonts" / "wqy-microhei.ttc"
_LAYOUT = "\n\t"  # drawtext breaks and indents lines at these; they need no glyph


def font_path(setting: str) -> Path:
    """The font file of a `watermark_font` setting; '' = the bundled one."""
    return Path(setting) if setting else BUNDLED_FONT


def missing_glyphs(font: Path, text: str) -> list[str]:
    """The distinct characters of `text` that `font` has no glyph for. Raises MissingGlyphError on a bad font."""
    known = _code_points(font)
    return [char for char in dict.fromkeys(text) if ord(char) not in known and char not in _LAYOUT]


def require_glyphs(font: Path, text: str) -> None:
    """Raises MissingGlyphError that names the characters `font` cannot draw."""
    if missing := missing_glyphs(font, text):
        named = ", ".join(f"{char!r} (U+{ord(char):04X})" for char in missing)
        raise MissingGlyphError(
            f"the watermark font {font.name} has no glyph for {named}; "
            "change the text, or set watermark_font to a font that has them"
        )


@lru_cache(maxsize=8)
def _code_points(font: Path) -> frozenset[int]:
    try:
        with TTFont(font, lazy=True, fontNumber=0) as loaded:
            return frozenset(loaded.getBestCmap() or ())
    except (OSError, TTLibError) as error:
        raise MissingGlyphError(
            f"the watermark font {font.name} cannot be read ({error}); check the setting watermark_font"
        ) from error

"""The fonts of burned-in subtitles: the check that they have every character, and their fontconfig file.

libass draws an empty box for a character without a glyph, and reports success.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from media_workflows.errors import MissingGlyphError
from media_workflows.media.ffmpeg.fonts import (
    BUNDLED_FONT,
    EMOJI_FONT,
    OWN_FONT_CONFIG,
    family_name,
    font_bytes,
    font_names,
    missing_glyphs,
    named_characters,
)
from media_workflows.media.filters.overlay.watermark import Assets
from media_workflows.media.source.subtitles.ass_text import readable, split_event
from media_workflows.media.source.subtitles.cues import Cue

_BUNDLED = (BUNDLED_FONT, EMOJI_FONT)
_DIRECTORY = "fonts"
_CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{bundled}</dir>
  <dir prefix="relative">{directory}</dir>
  <match><edit name="family" mode="append_last"><string>{family}</string></edit></match>
</fontconfig>
"""


def drawable(cues: Iterable[Cue], fonts: Sequence[Path], track: str) -> list[Cue]:
    """The cues with plain spaces for special ones that no font has, and without control characters.

    Raises MissingGlyphError about `track` for the other characters that no font has.
    """
    cleaned = [replace(cue, rest=_cleaned(fonts, cue.rest)) for cue in cues]
    if missing := missing_glyphs(fonts, visible_text(cleaned)):
        raise MissingGlyphError(
            "burned_in_subtitles: {track}: none of the fonts ({fonts}) has a glyph for {characters}; name a font file "
            "that has them in the setting extra_fonts, or change the text",
            track=track,
            fonts=font_names(fonts),
            characters=named_characters(missing),
        )
    return cleaned


def visible_text(cues: Iterable[Cue]) -> str:
    return "\n".join(readable(split_event(cue.rest)[1]) for cue in cues)


def runs_from_right(text: str) -> bool:
    """Whether any character is of a script that is read from right to left."""
    return any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)


def add_fonts(text: str, own: Path | None, fonts: Sequence[Path], assets: Assets) -> None:
    """Add a fontconfig file to the assets where a text needs fonts of the settings beside `own`.

    The script itself cannot name a font for each run of characters: libass reorders the words of a right-to-left line
    only where no tag is between them. The file lists all fonts, needed or not, so that the items of one command agree.
    Raises MissingGlyphError on a bad font.
    """
    named = (own, *_BUNDLED) if own else _BUNDLED
    if not missing_glyphs(named, text):
        return
    given = [font for font in fonts if font not in _BUNDLED]
    for number, font in enumerate(given):
        assets.files[assets.work_dir / _DIRECTORY / f"{number}{font.suffix}"] = font_bytes(font)
    bundled, family = escape(str(BUNDLED_FONT.parent)), escape(family_name(BUNDLED_FONT))
    config = _CONFIG.format(bundled=bundled, directory=_DIRECTORY, family=family)
    assets.files[assets.work_dir / OWN_FONT_CONFIG] = config.encode()


def _cleaned(fonts: Sequence[Path], rest: str) -> str:
    composed = unicodedata.normalize("NFC", rest)
    kinds = {char: unicodedata.category(char) for char in missing_glyphs(fonts, composed)}
    blanks = {ord(char): "" if kind == "Cc" else " " for char, kind in kinds.items() if kind[0] == "Z" or kind == "Cc"}
    return composed.translate(blanks)

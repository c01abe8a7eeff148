"""The fonts of watermarks and burned-in subtitles: choosing a font for each part of a text, and finding missing glyphs.

A renderer draws an empty box for a missing glyph and reports success, so the check comes first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from fontTools import unicodedata as scripts
from fontTools.ttLib import TTFont, TTLibError

import media_workflows
from media_workflows.errors import MissingGlyphError

_FONTS = Path(media_workflows.__file__).parent / "fonts"
BUNDLED_FONT, EMOJI_FONT = _FONTS / "wqy-microhei.ttc", _FONTS / "NotoEmoji-Regular.ttf"
FONT_CONFIG = _FONTS / "fonts.conf"  # the bundled fonts for ffmpeg, which draws the text of SVGs
OWN_FONT_CONFIG = "fonts.conf"  # in a work directory: takes the place of FONT_CONFIG
_LAYOUT = "\n\t"  # these move the pen and have no glyph
_EMOJI_SELECTOR = "\ufe0f"
_MAX_NAMED = 8  # characters of a script that an error lists


def font_path(setting: str) -> Path:
    """The font file of a `watermark_font` setting; '' = the bundled one."""
    return Path(setting) if setting else BUNDLED_FONT


def font_chain(font: Path, extra: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The fonts to look for a glyph in, in this order: `font`, the bundled ones, then `extra`."""
    return tuple(dict.fromkeys((font, BUNDLED_FONT, EMOJI_FONT, *extra)))


def extra_font_paths(setting: Sequence[str]) -> tuple[Path, ...]:
    """The font files of an `extra_fonts` setting."""
    return tuple(Path(name).resolve() for name in setting)


def is_ignorable(char: str) -> bool:
    """Whether `char` only affects its neighbours: joiners, variation selectors, directions."""
    return unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def family_name(font: Path) -> str:
    """The font's family name, as scripts and styles use it. Raises MissingGlyphError on a bad font."""
    with _loaded(font) as loaded:
        return str(loaded["name"].getDebugName(1) or "")


def font_bytes(font: Path) -> bytes:
    """The content of a font file. Raises MissingGlyphError on a bad font."""
    with _loaded(font):
        return font.read_bytes()


def missing_glyphs(fonts: Sequence[Path], text: str) -> list[str]:
    """The distinct characters of `text` that no font has a glyph for. Raises MissingGlyphError on a bad font."""
    visible = (char for char in dict.fromkeys(text) if char not in _LAYOUT and not is_ignorable(char))
    return [char for char in visible if not any(_draws(font, char) for font in fonts)]


def font_names(fonts: Sequence[Path]) -> str:
    """The file names of fonts for an error message."""
    return ", ".join(font.name for font in fonts)


def named_characters(missing: Sequence[str]) -> str:
    """Characters by their script for an error message: "'a' (U+0061), 'b' (U+0062) (Latin)"."""
    by_script: dict[str, list[str]] = {}
    for char in missing:
        by_script.setdefault(scripts.script_name(scripts.script(char)), []).append(char)
    lists = []
    for script, chars in by_script.items():
        shown = ", ".join(f"{char!r} (U+{ord(char):04X})" for char in chars[:_MAX_NAMED])
        more = f" and {len(chars) - _MAX_NAMED} more" if len(chars) > _MAX_NAMED else ""
        lists.append(f"{shown}{more} ({script})")
    return "; ".join(lists)


def font_runs(fonts: Sequence[Path], line: str) -> list[tuple[Path, str]]:
    """`line` split into parts of one font each. Every character must have a glyph in some font."""
    parts = ((font, part) for cluster in _clusters(line) for font, part in _split(fonts, cluster))
    return [(font, "".join(part for _, part in run)) for font, run in groupby(parts, key=lambda part: part[0])]


def _clusters(line: str) -> Iterator[str]:
    """Characters with the combining marks and selectors that follow them."""
    cluster = ""
    for char in line:
        if cluster and not (unicodedata.category(char).startswith("M") or is_ignorable(char)):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _split(fonts: Sequence[Path], cluster: str) -> list[tuple[Path, str]]:
    """The cluster in the first font that has all of it; else each of its characters in its own font."""
    if _EMOJI_SELECTOR in cluster:
        fonts = sorted(fonts, key=lambda font: font != EMOJI_FONT)
    for font in fonts:
        if all(is_ignorable(char) or _draws(font, char) for char in cluster):
            return [(font, "".join(char for char in cluster if _draws(font, char)))]
    return [part for char in cluster for part in _split(fonts, char)] if len(cluster) > 1 else []


def _draws(font: Path, char: str) -> bool:
    return ord(char) in _code_points(font)


@lru_cache(maxsize=8)
def _code_points(font: Path) -> frozenset[int]:
    with _loaded(font) as loaded:
        return frozenset(loaded.getBestCmap() or ())


@contextmanager
def _loaded(font: Path) -> Iterator[TTFont]:
    try:
        # TTFont leaves a file that it opened itself open when it is no font.
        with font.open("rb") as file, TTFont(file, lazy=True, fontNumber=0) as loaded:
            yield loaded
    except (OSError, TTLibError) as error:
        raise MissingGlyphError(
            "the font {font} cannot be read ({cause}); check the settings watermark_font and extra_fonts",
            font=font.name,
            cause=error,
        ) from error

"""The text of an ASS event: override blocks (`{\\b1}`), line breaks, drawings, and what is left to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_PIECE = re.compile(r"(?<!\\)\{[^}]*\}|\\[Nnh]")  # a brace behind a backslash is one to read
_DRAWING = re.compile(r"\\p(\d+)")
_TEXT_FIELD = 6  # of an event without layer and times: style, name, three margins, effect, text

PieceKind = Literal["tags", "break", "text", "drawing"]


@dataclass(frozen=True)
class TextPiece:
    """`source` as it stands in the script."""

    kind: PieceKind
    source: str


def split_event(rest: str) -> tuple[str, str]:
    """The fields of an event before its text, with their comma, and the text."""
    *fields, text = rest.split(",", _TEXT_FIELD)
    return "".join(f"{field}," for field in fields), text


def pieces(text: str) -> Iterator[TextPiece]:
    """The text in its order. Joined, the sources are the text again."""
    at, draws = 0, False
    for match in _PIECE.finditer(text):
        if match.start() > at:
            yield TextPiece("drawing" if draws else "text", text[at : match.start()])
        is_tags = match[0].startswith("{")
        for level in _DRAWING.findall(match[0]) if is_tags else ():
            draws = level != "0"
        yield TextPiece("tags" if is_tags else "break", match[0])
        at = match.end()
    if at < len(text):
        yield TextPiece("drawing" if draws else "text", text[at:])


def readable(text: str) -> str:
    """What a viewer reads: no tags, no drawings, real line breaks."""
    signs = {"\\h": "\u00a0"}
    return "".join(
        unescaped(one.source) if one.kind == "text" else signs.get(one.source, "\n")
        for one in pieces(text)
        if one.kind in ("text", "break")
    )


def unescaped(source: str) -> str:
    """A piece of text as it is read."""
    return source.replace("\\{", "{").replace("\\\u2060", "\\")


def escaped(text: str) -> str:
    """Text in which no brace, backslash or line break is a tag: libass reads a
    backslash before a word joiner as one."""
    shown = text.replace("\\", "\\\u2060").replace("{", "\\{").replace("\r", "")
    return shown.replace("\n", "\\N")

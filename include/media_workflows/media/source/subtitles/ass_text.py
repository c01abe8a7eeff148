"""The text of an ASS event: override blocks (`{\\b1}`), line breaks, drawings and readable text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_TAG_OR_BREAK = re.compile(r"(?<!\\)\{[^}]*\}|\\[Nnh]")  # a brace after a backslash is text
_DRAWING = re.compile(r"\\\s*+p\s*+\(?+\s*+\+?+(\d++)")
_TEXT_FIELD = 6  # of an event without layer and times: style, name, three margins, effect, text

SpanKind = Literal["tags", "break", "text", "drawing"]


@dataclass(frozen=True)
class TextSpan:
    """A part of the text; `source` is its original form in the script."""

    kind: SpanKind
    source: str


def split_event(rest: str) -> tuple[str, str]:
    """The fields of an event before its text, with their comma, and the text."""
    *fields, text = rest.split(",", _TEXT_FIELD)
    return "".join(f"{field}," for field in fields), text


def spans(text: str) -> Iterator[TextSpan]:
    """The text split into spans, whose concatenated sources are the text again."""
    at, draws = 0, False
    for match in _TAG_OR_BREAK.finditer(text):
        if match.start() > at:
            yield TextSpan("drawing" if draws else "text", text[at : match.start()])
        is_tags = match[0].startswith("{")
        for level in _DRAWING.findall(match[0]) if is_tags else ():
            draws = int(level) > 0
        yield TextSpan("tags" if is_tags else "break", match[0])
        at = match.end()
    if at < len(text):
        yield TextSpan("drawing" if draws else "text", text[at:])


def readable(text: str) -> str:
    """The readable text: no tags, no drawings, real line breaks."""
    signs = {"\\h": "\u00a0"}
    return "".join(
        unescaped(one.source) if one.kind == "text" else signs.get(one.source, "\n")
        for one in spans(text)
        if one.kind in ("text", "break")
    )


def unescaped(source: str) -> str:
    """The readable form of a text span."""
    return source.replace("\\{", "{").replace("\\\u2060", "\\")


def escaped(text: str) -> str:
    """Text with braces, backslashes and line breaks escaped: libass reads a
    backslash before a word joiner as a plain one."""
    shown = text.replace("\\", "\\\u2060").replace("{", "\\{").replace("\r", "")
    return shown.replace("\n", "\\N")

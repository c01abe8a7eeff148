"""Check for cues that would take libass minutes or gigabytes to draw: ten kilobytes for each letter of a line, and the
square of its size for a large one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from media_workflows.errors import LimitExceededError
from media_workflows.media.source.subtitles.ass_text import readable, spans, split_event
from media_workflows.media.source.subtitles.cues import Cue

MAX_LETTERS = 4000  # of a cue; a screen full of small text has half as many
_MAX_SIZE, _MAX_BORDER = 5, 1  # script heights: one letter that fills the picture has a size of 1
_PLAY_HEIGHT = re.compile(r"^PlayResY:\s*(\d+)", re.MULTILINE)
_DEFAULT_PLAY_HEIGHT = 288
_STYLE_LINE = re.compile(r"^(Format|Style):(.*)$", re.MULTILINE)
_NUMBER = r"[+\-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-]?\d+)?"  # as C's strtod reads it
# libass takes blanks after the backslash and around the value, and brackets: `\ fs (9999)`.
_TAG = re.compile(rf"\\\s*+(?:(fscx|fscy|fs|[xy]?bord)\s*+\(?+\s*+({_NUMBER})|(r)([^\\}}]*))")


@dataclass(frozen=True)
class _Style:
    """The numbers of a style that the cost depends on; scales in per cent."""

    size: float = 18.0
    scale_x: float = 100.0
    scale_y: float = 100.0
    border: float = 2.0

    @property
    def scale(self) -> float:
        return max(self.scale_x, self.scale_y)


def require_drawable(header: str, cues: Iterable[Cue], track: str) -> None:
    """Raises LimitExceededError about `track` for a cue that is too long, or too large by its styles and tags."""
    styles = _styles(header)
    found = _PLAY_HEIGHT.search(header)
    height = int(found[1]) if found and int(found[1]) else _DEFAULT_PLAY_HEIGHT
    for cue in cues:
        fields, text = split_event(cue.rest)
        letters = len(readable(text))
        if letters > MAX_LETTERS:
            raise LimitExceededError(
                "burned_in_subtitles: {track}: the cue at {start_s} s has {letters} letters, and at most {limit} are "
                "drawn at a time: split it into several cues",
                track=track,
                start_s=f"{cue.start_s:.1f}",
                letters=letters,
                limit=MAX_LETTERS,
            )
        for style in _drawn_styles(text, styles, fields.partition(",")[0]):
            if style.size * style.scale / 100 > _MAX_SIZE * height or style.border > _MAX_BORDER * height:
                raise LimitExceededError(
                    "burned_in_subtitles: {track}: the cue at {start_s} s has letters of size {size}, scaled to "
                    "{scale} %, with a border of {border}; in a script of the height {height} (PlayResY), at most "
                    "{size_limit} and a border of {border_limit} are drawn: reduce them in its style or its tags",
                    track=track,
                    start_s=f"{cue.start_s:.1f}",
                    size=f"{style.size:g}",
                    scale=f"{style.scale:g}",
                    border=f"{style.border:g}",
                    height=height,
                    size_limit=_MAX_SIZE * height,
                    border_limit=_MAX_BORDER * height,
                )


def _drawn_styles(text: str, styles: dict[str, _Style], name: str) -> Iterator[_Style]:
    """How each span of a text is drawn; the numbers of animations count as if reached."""
    own = style = styles.get(name.lstrip("*"), _Style())
    for span in spans(text):
        if span.kind == "text":
            yield style
        for tag, value, resets, name_of_style in _TAG.findall(span.source) if span.kind == "tags" else ():
            style = styles.get(name_of_style.strip(" \t()"), own) if resets else _after(style, tag, _number(value))


def _after(style: _Style, tag: str, value: float) -> _Style:
    names = {"fs": "size", "fscx": "scale_x", "fscy": "scale_y"}
    return replace(style, **{names.get(tag, "border"): value})


def _styles(header: str) -> dict[str, _Style]:
    columns: list[str] = []
    found: dict[str, _Style] = {}
    for kind, line in _STYLE_LINE.findall(header.partition("[Events]")[0]):
        fields = [field.strip() for field in line.split(",")]
        if kind == "Format":
            columns = fields
            continue
        values = dict(zip(columns, fields, strict=False))
        numbers = (_number(values.get(name, "")) for name in ("Fontsize", "ScaleX", "ScaleY", "Outline"))
        found[values.get("Name", "").lstrip("*")] = _Style(*numbers)
    return found


def _number(text: str) -> float:
    """The number that a text begins with, without its sign; 0 for none."""
    found = re.match(rf"\s*({_NUMBER})", text)
    return abs(float(found[1])) if found else 0.0

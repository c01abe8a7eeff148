"""The rows of a closed caption (CEA-608), each with a place of its own, which other formats give to a whole cue."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from media_workflows.media.source.subtitles.ass_text import split_event
from media_workflows.media.source.subtitles.cues import Cue

# ffmpeg writes a row as "{\\an7}{\\pos(38,243)}text" and joins rows with "\\N"; its script is 288 high.
_ROW_START = re.compile(r"(?:\\N)?\{\\an7\}(?=\{\\pos\((\d++),(\d++)\)\})")
_PLACE = re.compile(r"\{\\(?:an|pos)[^}]*+\}")
_TAGS = re.compile(r"\{[^}]*+\}")
_PITCH = 17  # from a row to the next one: 0.8 / 15 of the height, rounded
_MIDDLE = 144


@dataclass(frozen=True)
class _Row:
    x: int
    y: int
    text: str


def by_place(cues: Iterable[Cue]) -> Iterator[Cue]:
    """The cues with one place each: a caption of several rows stays one cue where each row follows the one above it in
    the same column, and is a cue for each row elsewhere."""
    for cue in cues:
        rows = _rows(cue)
        if _is_block(rows):
            yield _placed(cue, rows[0], rows) if rows else cue
        else:
            yield from (_placed(cue, row, [row]) for row in rows)


def as_one(cues: Iterable[Cue]) -> Iterator[Cue]:
    """The cues for a format with few places: a caption has that of its first row at the top, of its last row below."""
    for cue in cues:
        rows = _rows(cue)
        yield _placed(cue, rows[0] if rows[0].y < _MIDDLE else rows[-1], rows) if rows else cue


def _rows(cue: Cue) -> list[_Row]:
    """The rows; the style that a row takes over from the one above is written out."""
    _fields, text = split_event(cue.rest)
    starts = list(_ROW_START.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    style, found = "", []
    for match, end in zip(starts, ends, strict=False):
        shown = _PLACE.sub("", text[match.end() : end])
        found.append(_Row(int(match[1]), int(match[2]), style + shown))
        style += "".join(_TAGS.findall(shown))
    return found


def _is_block(rows: list[_Row]) -> bool:
    return all(a.x == b.x and 0 < b.y - a.y <= _PITCH for a, b in itertools.pairwise(rows))


def _placed(cue: Cue, place: _Row, rows: list[_Row]) -> Cue:
    fields, _text = split_event(cue.rest)
    lines = "\\N".join(row.text for row in rows)
    return replace(cue, rest=f"{fields}{{\\an7\\pos({place.x},{place.y})}}{lines}")

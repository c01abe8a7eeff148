"""Cues as a SubRip (SRT) file: bold, italic, underlined, colours, and the place by nine positions."""

from __future__ import annotations

import re

from media_workflows.media.packaging.caption_text import CaptionFile, CaptionText, clock
from media_workflows.media.source.subtitles.webvtt_runs import Run, lines_of

_COLUMN = {"left": 1, "start": 1, "right": 3, "end": 3}
_BOTTOM_CENTRE = 2
_UPPER, _LOWER = 1 / 3, 2 / 3  # of the picture's height: the rows of the nine positions
# SubRip cannot escape: a word joiner, which is not shown, keeps players from taking the text for a tag.
_LIKE_A_TAG = re.compile(r"<(?=[A-Za-z/])")
_BLANK_LINES = re.compile(r"\n\s*\n+")


def srt_file(texts: list[CaptionText]) -> CaptionFile:
    """The file. SubRip has nine positions by an ASS tag, which most players read, and neither voices nor regions."""
    lost: set[str] = set()
    blocks = []
    for number, one in enumerate(texts, start=1):
        lost |= one.runs.lost | {"voices" for run in one.runs.runs if run.voice}
        alignment, is_whole = _alignment(one.settings)
        lost |= set() if is_whole else {"exact positions"}
        place = f"{{\\an{alignment}}}" if alignment != _BOTTOM_CENTRE else ""
        text = "\n".join("".join(map(_marked, line)) for line in lines_of(one.runs.runs))
        times = f"{clock(one.start_s, ',')} --> {clock(one.end_s, ',')}"
        blocks.append(f"{number}\n{times}\n{place}{_BLANK_LINES.sub(chr(10), text).strip(chr(10))}\n")
    return CaptionFile("\n".join(blocks), frozenset(lost))


def _marked(run: Run) -> str:
    if not run.text:
        return ""
    style = run.style
    tags = [tag for tag, applies in (("b", style.bold), ("i", style.italic), ("u", style.underlined)) if applies]
    before = "".join(f"<{tag}>" for tag in tags) + (f'<font color="#{style.colour.lower()}">' if style.colour else "")
    after = ("</font>" if style.colour else "") + "".join(f"</{tag}>" for tag in reversed(tags))
    return before + _LIKE_A_TAG.sub("<\u2060", run.text.replace("-->", "->")) + after


def _alignment(settings: str) -> tuple[int, bool]:
    """The position on a number pad (2 = bottom centre) for WebVTT settings, and whether it says all of them."""
    values = dict(one.partition(":")[::2] for one in settings.split())
    column = _COLUMN.get(values.pop("align", ""), _BOTTOM_CENTRE)
    line = values.pop("line", "")
    row, is_whole = _row(line.partition(",")[0])
    return column + 3 * row, is_whole and not values


def _row(line: str) -> tuple[int, bool]:
    """0 = bottom, 1 = middle, 2 = top; and whether the line is exactly one of these."""
    number = line.removesuffix("%")
    try:
        value = float(number or "nan")
    except ValueError:
        return 0, False
    if value != value:  # no line: the bottom
        return 0, True
    if not line.endswith("%"):  # counted in lines, from the top, or negative from the bottom
        return (2 if 0 <= value < 8 else 0), value in (0, -1)
    share = value / 100
    return (2 if share < _UPPER else 1 if share < _LOWER else 0), value in (0, 50, 100)

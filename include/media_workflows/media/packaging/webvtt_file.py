"""Conversion of a subtitle track to a WebVTT file; settings, voices, classes and STYLE blocks of WebVTT are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from media_workflows.media.source.subtitles.ass_text import split_event
from media_workflows.media.source.subtitles.cues import Cue, Cues
from media_workflows.media.source.subtitles.webvtt_ass import Place, VttText, numpad_alignment, vtt_of

_BLANK_LINES = re.compile(r"\n\s*\n+")
_DEFAULT = Place()
STYLES_OF_ASS = "styles of its own (fonts, sizes, colours)"


@dataclass(frozen=True)
class VttFile:
    """The text of `count` cues, the starts of cues left out (seconds), and the lost features of the other cues."""

    text: str
    count: int
    left_out_s: tuple[float, ...]
    lost: frozenset[str]


def vtt_file(cues: Cues) -> VttFile:
    """The file with all cues except those without readable text."""
    count = 0
    blocks, left_out_s = ["WEBVTT", *([cues.blocks] if cues.blocks else [])], []
    lost: set[str] = {STYLES_OF_ASS} if cues.header else set()
    for cue, made in vtt_texts(cues):
        if not made.text.strip():
            left_out_s += [cue.start_s] if made.lost else []
            continue
        lost |= made.lost
        count += 1
        times = f"{_clock(cue.start_s)} --> {_clock(cue.end_s)} {made.settings}".rstrip()
        identifier = f"{cue.identifier}\n" if cue.identifier and "-->" not in cue.identifier else ""
        blocks.append(f"{identifier}{times}\n{made.text}")
    return VttFile("\n\n".join(blocks) + "\n", count, tuple(left_out_s), frozenset(lost))


def vtt_texts(cues: Cues) -> Iterator[tuple[Cue, VttText]]:
    """Each cue with its text and settings in WebVTT. The text is '' where the cue has none that can be read."""
    places = _places(cues.header)
    return ((cue, _made(cue, places)) for cue in cues.cues)


def _made(cue: Cue, places: dict[str, Place]) -> VttText:
    if cue.markup:
        text = _BLANK_LINES.sub("\n", cue.markup.replace("\r", "")).replace("-->", "--&gt;")
        return VttText(text, cue.settings)
    fields, text = split_event(cue.rest)
    return vtt_of(text, places.get(fields.partition(",")[0].lstrip("*"), places.get("", _DEFAULT)))


def _places(header: str) -> dict[str, Place]:
    """The positions of a script's styles by their names; '' = of any other."""
    width, height = (_number(header, name, default) for name, default in (("PlayResX", 384), ("PlayResY", 288)))
    found = {"": Place(_DEFAULT.alignment, width, height)}
    fields: list[str] = []
    is_old = "[v4 styles]" in header.lower()
    for line in header.splitlines():
        key, _, value = line.partition(":")
        values = [one.strip() for one in value.split(",")]
        if key == "Format" and "Alignment" in values:
            fields = values
        elif key == "Style" and len(values) == len(fields):
            style = dict(zip(fields, values, strict=True))
            alignment = int(style["Alignment"]) if style["Alignment"].isdigit() else _DEFAULT.alignment
            found[style.get("Name", "")] = Place(numpad_alignment(alignment) if is_old else alignment, width, height)
    return found


def _number(header: str, name: str, default: float) -> float:
    match = re.search(rf"^{name}:\s*(\d+)", header, re.MULTILINE)
    return float(match[1]) if match else default


def _clock(moment_s: float) -> str:
    """A time as HH:MM:SS.mmm."""
    seconds, milliseconds = divmod(round(max(0.0, moment_s) * 1000), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"

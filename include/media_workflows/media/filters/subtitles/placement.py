"""The position of a WebVTT cue in the picture: its settings as tags of an ASS event."""

from __future__ import annotations

import re

from media_workflows.media.filters.geometry import Size
from media_workflows.media.source.subtitles.ass_text import split_event

MARGIN = 0.05  # of the picture
_LINE_HEIGHT = 1.25  # of the font size
_SETTING = re.compile(r"(line|position|align):([^\s,]+)(?:,(\S+))?")
_COLUMNS = {"start": 1, "left": 1, "line-left": 1, "end": 3, "right": 3, "line-right": 3}  # else centred
_BOTTOM, _MIDDLE, _TOP = 0, 3, 6  # added to a column: ASS's alignment, like the keys of a number pad
_ROWS = {"center": _MIDDLE, "end": _BOTTOM}


def placed(rest: str, settings: str, size: Size, font_px: int) -> str:
    """The fields of an event with tags for the settings that ASS supports; unchanged without such settings."""
    values = {name: (value, anchor) for name, value, anchor in _SETTING.findall(settings)}
    if not values:
        return rest
    fields, text = split_event(rest)
    column = _COLUMNS.get(values.get("align", ("", ""))[0], 2)
    row, down_px = _line(*values.get("line", ("", "")), size, font_px)
    across = _percent(values.get("position", ("", ""))[0])
    if across is None and down_px is None:
        return f"{fields}{{\\an{column + row}}}{text}"
    if across is None:
        across = {1: MARGIN, 2: 0.5, 3: 1 - MARGIN}[column]
    else:
        column = _COLUMNS.get(values["position"][1], column)
    edge_px = size.height * (MARGIN if row == _TOP else 1 - MARGIN)
    x, y = size.width * across, edge_px if down_px is None else down_px
    return f"{fields}{{\\an{column + row}\\pos({x:.0f},{y:.0f})}}{text}"


def _line(value: str, anchor: str, size: Size, font_px: int) -> tuple[int, float | None]:
    """The row of the alignment, and pixels from the top; None = at the margin."""
    if (part := _percent(value)) is not None:
        return _ROWS.get(anchor, _TOP), size.height * part
    if not re.fullmatch(r"-?\d+", value) or int(value) == -1:
        return _BOTTOM, None
    number, step_px = int(value), font_px * _LINE_HEIGHT
    if number >= 0:
        return _TOP, None if number == 0 else min(size.height, size.height * MARGIN + number * step_px)
    return _BOTTOM, max(0.0, size.height * (1 - MARGIN) + (number + 1) * step_px)


def _percent(value: str) -> float | None:
    """'40%' as a share of 1, limited to the picture."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)%", value)
    return min(1.0, float(match[1]) / 100) if match else None

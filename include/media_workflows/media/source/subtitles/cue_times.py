"""The times of a text file's cues as they are written: those that a demuxer would misread or drop silently."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CLOCK = r"(-?+)(?:(\d{1,6}):)?(\d{1,6}):(\d{1,6})[.,](\d{1,9})"
_TIMES = re.compile(rf"\s*+{_CLOCK}\s*+-->\s*+{_CLOCK}")
_MOMENT = r"[ \t]*+-?+\d++(?::\d++)++[.,]\d{1,3}"  # with a colon: a text may be "1.5 → 2.5"
_ARROW = re.compile(rf"^({_MOMENT}[ \t]*+)(?:->|- ->|[–—]>|=>|→)(?={_MOMENT})", re.MULTILINE)
_ZERO = "00:00:00.000"
_FIELDS = 5  # of a clock: sign, hours, minutes, seconds, fraction


@dataclass(frozen=True)
class WrittenTimes:
    """The lines of a file in which no time is negative, and what is wrong with the times of its cues.

    `backwards_ms` are the starts of cues that end before or at their start: the SRT demuxer gives them another end
    silently. `negative_s` are starts before 0, which demuxers read as positive: such cues now begin at 0, or are left
    out if they end before. `empty_s` are the starts of cues without a text, which demuxers drop.
    """

    lines: str
    backwards_ms: frozenset[int] = frozenset()
    negative_s: tuple[float, ...] = ()
    empty_s: tuple[float, ...] = ()


def with_arrows(text: str) -> str:
    """The text with `-->` between the two times of a line that has another arrow there, `->` or `—>`: demuxers take
    such a line and its text for more text of the cue before."""
    return _ARROW.sub(r"\1-->", text)


def written_times(text: str) -> WrittenTimes:
    """The times of SRT and WebVTT, whose lines end with a line feed. A text without such times stays as it is."""
    kept: list[str] = []
    backwards: set[int] = set()
    negative_s, empty_s = [], []
    lines = text.split("\n")
    leaves_out = False  # the lines of a cue, up to a blank one
    for number, line in enumerate(lines):
        match = _TIMES.match(line) if "-->" in line else None
        if match is None:
            leaves_out = leaves_out and bool(line.strip())
            kept += [] if leaves_out else [line]
            continue
        fields = match.groups()
        start_ms, end_ms = (_milliseconds(fields[at : at + _FIELDS]) for at in (0, _FIELDS))
        leaves_out = start_ms < 0 and end_ms <= 0
        if start_ms < 0:
            negative_s.append(start_ms / 1000)
            line = f"{_ZERO} --> {line.partition('-->')[2].strip()}"
        if leaves_out:
            if kept and kept[-1].strip().isdigit():  # its number
                kept.pop()
            continue
        if end_ms <= start_ms:
            backwards.add(start_ms)
        if _is_empty(lines, number + 1):
            empty_s.append(max(0, start_ms) / 1000)
        kept.append(line)
    return WrittenTimes("\n".join(kept), frozenset(backwards), tuple(negative_s), tuple(empty_s))


def _is_empty(lines: Sequence[str], first: int) -> bool:
    """Whether only blank lines lie between the line before `first` and the next cue or the end of the file."""
    following = next((lines[at] for at in range(first, len(lines)) if lines[at].strip()), "")
    has_blank = first >= len(lines) or not lines[first].strip()
    return has_blank and (not following or "-->" in following or following.strip().isdigit())


def _milliseconds(clock: Sequence[str | None]) -> int:
    sign, *numbers = (part or "" for part in clock)
    hours, minutes, seconds, fraction = (part or "0" for part in numbers)
    whole = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + round(float(f"0.{fraction}") * 1000)
    return -whole if sign else whole

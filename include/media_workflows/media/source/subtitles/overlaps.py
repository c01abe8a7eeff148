"""Cues that overlap at one place, in formats that do not define what is shown then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# Players stack or replace such cues as they like in SubRip, and 3GPP TS 26.245 has no overlapping samples. WebVTT, ASS
# and TTML define them.
_OVERLAPPING_FORMATS = frozenset({"webvtt", "ass", "ssa", "ttml", "scc"})


@dataclass(frozen=True)
class TimedCue:
    """The times of cue `number` in seconds, and where it is shown: cues at another place do not overlap it."""

    number: int
    start_s: float
    end_s: float
    place: str


def may_overlap(source_codec: str, file_format: str) -> bool:
    """Whether both formats define cues that overlap."""
    return source_codec in _OVERLAPPING_FORMATS and file_format != "srt"


def without_overlaps(cues: list[TimedCue], merge: Callable[[int, int], None]) -> tuple[list[TimedCue], list[float]]:
    """The cues in order, each cut where the next one at its place begins, and the starts (seconds) of those changed.

    A cue that begins together with the one before it joins it: `merge` gets both numbers.
    """
    found: list[TimedCue] = []
    last_at: dict[str, int] = {}
    changed_s: list[float] = []
    for cue in sorted(cues, key=lambda one: (one.start_s, one.number)):
        at = last_at.get(cue.place)
        before = found[at] if at is not None else None
        if before is not None and at is not None and before.end_s > cue.start_s:
            changed_s.append(before.start_s)
            if _begins_with(cue, before):
                merge(before.number, cue.number)
                found[at] = TimedCue(before.number, before.start_s, max(before.end_s, cue.end_s), cue.place)
                continue
            found[at] = TimedCue(before.number, before.start_s, cue.start_s, cue.place)
        last_at[cue.place] = len(found)
        found.append(cue)
    return found, changed_s


def _begins_with(cue: TimedCue, before: TimedCue) -> bool:
    """To the millisecond, which files count in."""
    return round(cue.start_s * 1000) <= round(before.start_s * 1000)

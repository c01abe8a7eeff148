"""Notices about cues that are changed or left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from media_workflows.domain.notice import Notice, NoticeCode
from media_workflows.media.source.subtitles.cues import Cues
from media_workflows.plural import counted

_MAX_NAMED = 5  # cues that a notice lists


def cue_notices(
    name: str,
    cues: Cues,
    lost: Collection[str] = (),
    left_out_s: Sequence[float] = (),
    becomes: str = "WebVTT",
    overlaps_s: Sequence[float] = (),
) -> Iterator[Notice]:
    """The notices of a track with this `name`. `lost` lists the features that the format `becomes` cannot hold,
    `left_out_s` and `overlaps_s` are starts of cues in seconds."""
    if cues.encoding:
        yield Notice(
            code="TextReencoded",
            message=f"{name} was read as {cues.encoding}: save it as UTF-8 if letters are wrong",
            parameters={"track": name, "encoding": cues.encoding},
        )
    if cues.repaired_s:
        end = "; each is shown until the next one begins, 5 s at most"
        yield _counted(
            "CueRepaired", name, cues.repaired_s, "that ends before it begins", "that end before they begin", end
        )
    if cues.negative_s:
        end = "; each begins at 0, if it ends later"
        yield _counted("CueBeforeStart", name, cues.negative_s, "that begins before 0", "that begin before 0", end)
    if overlaps_s:
        where = " the next one at the same place; each ends where the next begins, or joins it"
        yield _counted("CueOverlaps", name, overlaps_s, "that overlaps", "that overlap", where)
    if cues.empty_s:
        yield _counted(
            "CueEmpty", name, cues.empty_s, "without a text, which is left out", "without a text, which are left out"
        )
    if cues.unread:
        yield _unread(name, cues.unread)
    if left_out_s:
        end = f", which {becomes} cannot show"
        yield _counted("CueLeftOut", name, left_out_s, "that is a drawing", "that are drawings", end)
    if every := {*lost, *cues.lost}:
        what = ", ".join(sorted(every))
        yield Notice(
            code="StyleLeftOut",
            message=f"{name} ({cues.codec}) becomes {becomes}, which cannot keep its {what}",
            parameters={"track": name, "codec": cues.codec, "lost": what},
        )


def named_times(times: Sequence[str]) -> str:
    """The first of the times, as they are written."""
    return ", ".join(f"'{one}'" for one in times[:_MAX_NAMED])


def _unread(name: str, times: Sequence[str]) -> Notice:
    what = counted(
        len(times),
        "cue whose time cannot be read or lies outside of its container, which is",
        "cues whose times cannot be read or lie outside of their container, which are",
    )
    return Notice(
        code="CueTimeUnreadable",
        message=f"{name} has {what} left out ({named_times(times)}{_more(times)})",
        parameters={"track": name, "cues": len(times), "times": named_times(times)},
    )


def _counted(code: NoticeCode, name: str, starts_s: Sequence[float], one: str, many: str, end: str = "") -> Notice:
    """`one` and `many` say what is wrong with one cue and with several."""
    shown = ", ".join(f"{start_s:.1f}" for start_s in starts_s[:_MAX_NAMED])
    what = counted(len(starts_s), f"cue {one}", f"cues {many}")
    return Notice(
        code=code,
        message=f"{name} has {what}{end} (at {shown}{_more(starts_s)} s)",
        parameters={"track": name, "cues": len(starts_s), "first_s": round(starts_s[0], 3)},
    )


def _more(every: Sequence[object]) -> str:
    return f" and {len(every) - _MAX_NAMED} more" if len(every) > _MAX_NAMED else ""

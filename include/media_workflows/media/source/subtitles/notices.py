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
        end = "each is shown until the next one begins, 5 s at most"
        yield _counted("CueRepaired", name, cues.repaired_s, f"that end before they begin; {end}")
    if cues.negative_s:
        yield _counted(
            "CueBeforeStart", name, cues.negative_s, "that begin before 0; each begins at 0, if it ends later"
        )
    if overlaps_s:
        why = "that overlap the next one at the same place; each ends where the next begins, or joins it"
        yield _counted("CueOverlaps", name, overlaps_s, why)
    if cues.empty_s:
        yield _counted("CueEmpty", name, cues.empty_s, "without a text, which are left out")
    if left_out_s:
        yield _counted("CueLeftOut", name, left_out_s, f"that are drawings, which {becomes} cannot show")
    if every := {*lost, *cues.lost}:
        what = ", ".join(sorted(every))
        yield Notice(
            code="StyleLeftOut",
            message=f"{name} ({cues.codec}) becomes {becomes}, which cannot keep its {what}",
            parameters={"track": name, "codec": cues.codec, "lost": what},
        )


def _counted(code: NoticeCode, name: str, starts_s: Sequence[float], why: str) -> Notice:
    shown = ", ".join(f"{start_s:.1f}" for start_s in starts_s[:_MAX_NAMED])
    more = f" and {len(starts_s) - _MAX_NAMED} more" if len(starts_s) > _MAX_NAMED else ""
    return Notice(
        code=code,
        message=f"{name} has {counted(len(starts_s), 'cue')} {why} (at {shown}{more} s)",
        parameters={"track": name, "cues": len(starts_s), "first_s": round(starts_s[0], 3)},
    )

"""What became of cues that could not be kept as they were, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from media_workflows.domain.notice import Notice, NoticeCode
from media_workflows.media.source.subtitles.cues import Cues

_NAMED = 5  # cues that a notice names


def cue_notices(
    name: str, cues: Cues, lost: Collection[str] = (), left_out_s: Sequence[float] = (), becomes: str = "WebVTT"
) -> Iterator[Notice]:
    """`name` is what the owner calls the track. `lost` names what `becomes` has no place for."""
    if cues.encoding:
        yield Notice(
            code="TextReencoded",
            message=f"{name} was read as {cues.encoding}: save it as UTF-8 to be sure of every letter",
            parameters={"track": name, "encoding": cues.encoding},
        )
    if cues.repaired_s:
        end = "each is shown until the next one begins, 5 s at most"
        yield _counted("CueRepaired", name, cues.repaired_s, f"that end before they begin; {end}")
    if left_out_s:
        yield _counted("CueLeftOut", name, left_out_s, f"that are drawings, which {becomes} cannot show")
    if lost:
        what = ", ".join(sorted(lost))
        yield Notice(
            code="StyleLeftOut",
            message=f"{name} ({cues.codec}) becomes {becomes}, which cannot keep its {what}",
            parameters={"track": name, "codec": cues.codec, "lost": what},
        )


def _counted(code: NoticeCode, name: str, starts_s: Sequence[float], why: str) -> Notice:
    shown = ", ".join(f"{start_s:.1f}" for start_s in starts_s[:_NAMED])
    more = f" and {len(starts_s) - _NAMED} more" if len(starts_s) > _NAMED else ""
    return Notice(
        code=code,
        message=f"{name} has {len(starts_s)} cue(s) {why} (at {shown}{more} s)",
        parameters={"track": name, "cues": len(starts_s), "first_s": round(starts_s[0], 3)},
    )

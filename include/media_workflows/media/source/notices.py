"""What every item of a source has to say about it: streams left out, a clock that was corrected."""

from __future__ import annotations

from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.media.source import undecodable


def source_notices(info: MediaInfo, kind: str) -> tuple[Notice, ...]:
    """Of an item of this kind."""
    return (*undecodable.notices(info, kind), *_clock(info.clock_corrections))


def _clock(corrections: int) -> tuple[Notice, ...]:
    if not corrections:
        return ()
    times = "once" if corrections == 1 else f"{corrections} times"
    message = f"the clock of the source jumps {times}, as where recordings are joined; they follow without a gap"
    return (Notice(code="SourceClockCorrected", message=message, parameters={"corrections": corrections}),)

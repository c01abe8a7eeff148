"""Notices about a source: ignored properties, streams left out, a corrected clock, damage."""

from __future__ import annotations

from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.media.source import undecodable
from media_workflows.plural import counted


def source_notices(info: MediaInfo, kind: str, shows_picture: bool) -> tuple[Notice, ...]:
    """The notices for an item of this kind, whose output shows the picture or not."""
    shape = _ignored_shape(info) if shows_picture else ()
    return (*shape, *undecodable.notices(info, kind), *_clock(info.clock_corrections))


def _ignored_shape(info: MediaInfo) -> tuple[Notice, ...]:
    if info.video is None or not info.video.ignored_shape:
        return ()
    ignored = info.video.ignored_shape
    message = f"the source claims {ignored}, which no picture has: it was ignored"
    return (Notice(code="SourceShapeIgnored", message=message, parameters={"ignored": ignored}),)


def _clock(corrections: int) -> tuple[Notice, ...]:
    if not corrections:
        return ()
    times = "once" if corrections == 1 else f"{corrections} times"
    message = f"the clock of the source jumps {times}, as where recordings are joined; they follow without a gap"
    return (Notice(code="SourceClockCorrected", message=message, parameters={"corrections": corrections}),)


def damage_notice(errors: int, first: str) -> Notice:
    """The notice of a source whose decoder reported `errors` errors, the first of which is `first`."""
    return Notice(
        code="SourceDamaged",
        message=f"the source is damaged: its decoder reported {counted(errors, 'error')} in what was read for this "
        f"output, the first {first!r}; what could be decoded is shown",
        parameters={"errors": errors, "first_error": first},
    )

"""Check that an output holds every track that its item keeps."""

from __future__ import annotations

from pathlib import Path

import av

from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import OutputRejectedError
from media_workflows.media.plan.planned import Expectation
from media_workflows.media.source.formats import DEMUXERS, open_options
from media_workflows.media.source.timeline import SourceTimeline


def require_tracks(expects: Expectation, path: Path, info: MediaInfo, source: SourceTimeline) -> None:
    """Raises OutputRejectedError when the output has fewer tracks than the item keeps.

    A track of the source without a single packet does not count: some muxers leave it out.
    """
    if expects.audio_tracks is not None and len(info.audio) != expects.audio_tracks:
        raise OutputRejectedError(
            "the output has {found} audio tracks, not {expected}; run the job again, and report it with the source if "
            "it persists",
            found=len(info.audio),
            expected=expects.audio_tracks,
        )
    if not expects.further_tracks:
        return
    with av.open(str(path), mode="r", options=open_options(DEMUXERS), metadata_errors="replace") as container:
        streams = container.streams
        found = len(streams.video) + len(streams.subtitles) - expects.video
    needed = len(source.with_packets(expects.further_tracks))
    if found < needed:
        raise OutputRejectedError(
            "the output has {found} further video and subtitle tracks, not {expected}; run the job again, and report "
            "it with the source if it persists",
            found=found,
            expected=needed,
        )

"""`early_playlist`: which ladders can be played while they are made. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.jobs.base import Split

if TYPE_CHECKING:
    from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingParameters


def early_playlist_problem(parameters: AdaptiveDynamicStreamingParameters, split: Split) -> InvalidValueError | None:
    """Why a ladder with these parameters has no file that is complete before all of them are."""
    if split == "always":
        return invalid("early_playlist requires one encode: leave out split 'always', which makes segments at the end")
    if parameters.format != "hls":
        return invalid(
            "early_playlist requires format 'hls': the files of {format} are complete only at the end of the encode",
            format=parameters.format,
        )
    if parameters.single_file:
        return invalid(
            "early_playlist requires a file for each segment: choose a segment_type such as ts-segment; got "
            "'{segment_type}'",
            segment_type=parameters.segments,
        )
    if parameters.encryption:
        return invalid("early_playlist is not encrypted: segments are encrypted after the encode; leave out one")
    return None

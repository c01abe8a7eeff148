"""Notices about a stream that differs from its source or that some players do not open."""

from __future__ import annotations

from collections.abc import Iterator

from media_workflows.domain.jobs.streams import FRAGMENTED_CODECS, VideoParameters
from media_workflows.domain.media_info import VideoStream
from media_workflows.domain.notice import Notice
from media_workflows.media.source.closed_captions import notices as caption_notices

_APPLE = "Apple's players open it in mp4 segments only: leave out segment_type"


def stream_notices(
    asked: VideoParameters, used: VideoParameters, video: VideoStream, segments: str | None
) -> Iterator[Notice]:
    """The notices of one encode or copy; `segments`: ts or mp4, None outside HLS."""
    yield from caption_notices(video, used)
    if used.fps != asked.fps:
        source_fps = f"{float(video.nominal_rate or video.frame_rate):g}"
        yield Notice(
            code="ParameterAdjusted",
            message=(
                f"the source has {source_fps} frames per second, the output {used.fps:g}: players of streams expect 60 "
                "at most; set fps to have more"
            ),
            parameters={"parameter": "fps", "value": round(used.fps, 3), "source_fps": source_fps},
        )
    codec = {"hevc": "h265"}.get(video.codec, video.codec) if used.codec == "copy" else used.codec
    if segments == "ts" and codec in FRAGMENTED_CODECS:
        message = f"{codec} in MPEG-TS segments, as asked by segment_type: {_APPLE}"
        yield Notice(code="LimitedPlayback", message=message, parameters={"codec": codec, "segments": segments})

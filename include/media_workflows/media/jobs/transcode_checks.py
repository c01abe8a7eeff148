"""Checks of a transcode before it is planned: streams to keep, and rotation of a copied picture."""

from __future__ import annotations

from media_workflows.domain.jobs.transcode import TranscodeParameters
from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import MediaError
from media_workflows.media.source.undecodable import require_decodable

_ROTATABLE = frozenset({"mp4", "mov", "mkv", "webm"})  # containers that store a display matrix


def require_streams(parameters: TranscodeParameters, info: MediaInfo) -> None:
    """Raises MediaError when the source has none of the streams that the parameters keep."""
    if parameters.video and info.video is None:
        require_decodable("video", info)
    if (parameters.video and info.video) or (parameters.audio and info.audio):
        return
    if parameters.audio:
        require_decodable("audio", info)
    raise MediaError(
        "the template keeps {kept} only and the source has {found} only: no stream would be left; use a template that "
        "keeps {found}",
        kept="audio" if parameters.video is None else "video",
        found="video" if info.video else "audio",
    )


def require_upright(parameters: TranscodeParameters, info: MediaInfo) -> None:
    """Raises MediaError for a copy of a rotated picture to a container that stores no rotation."""
    container = parameters.segment_container if parameters.container == "hls" else parameters.container
    if parameters.copies_video and info.video and info.video.rotation and container not in _ROTATABLE:
        raise MediaError(
            "the display matrix of the source rotates it by {degrees} degrees, which {container} cannot store: encode "
            "the picture instead of copying it, or copy it to mp4, mov or mkv",
            degrees=abs(info.video.rotation),
            container=container,
        )

"""The source's sound made ready: on the clock, from the start, without holes."""

from __future__ import annotations

from media_workflows.media.graph import Stream
from media_workflows.media.undecodable import require_decodable
from media_workflows.model.jobs.streams import AudioParameters
from media_workflows.model.media_info import AudioStream, MediaInfo


def source_sound(stream: Stream) -> Stream:
    """The source's audio stream with silence where it begins late or has holes.

    Not every container can tell of a gap, and not every player heeds it: without the silence, what
    comes after would move up. Gaps and overlaps of more than 0.1 s count; smaller ones are jitter.
    """
    return stream.filter("aresample", **{"async": 1, "first_pts": 0})


def kept_audio(parameters: AudioParameters | None, info: MediaInfo) -> tuple[AudioStream, ...]:
    """The tracks that a setting keeps. Raises UndecodableError when there is sound and none of it decodes."""
    if parameters is None:
        return ()
    if info.main_audio is None:
        require_decodable("audio", info)
    if parameters.tracks == "all":
        return tuple(track for track in info.audio if track.is_decodable)
    return (info.main_audio,) if info.main_audio else ()

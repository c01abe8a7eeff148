"""Preparation of the source's sound: on the clock, from the start, without gaps."""

from __future__ import annotations

from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import AudioStream, MediaInfo
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.source.undecodable import require_decodable

_JITTER_S = 0.1  # aresample's min_hard_comp: smaller gaps and overlaps are left as they are


def source_sound(stream: Stream, late_s: float) -> Stream:
    """An audio stream with silence in its gaps, and before it where it starts `late_s` seconds late.

    Not every container can express a gap, and not every player respects it: without the silence, the sound after
    it would move up. Where a broadcast changes its format, ffmpeg rebuilds its filters, and with `first_pts` 0 the
    stream would get the silence once more: the option is set for late streams only.
    """
    begins = {"first_pts": 0} if late_s > _JITTER_S else {}
    return stream.filter("aresample", **{"async": 1, **begins})


def kept_audio(parameters: AudioParameters | None, info: MediaInfo) -> tuple[AudioStream, ...]:
    """The audio tracks that the parameters keep. Raises UndecodableError when no audio can be decoded."""
    if parameters is None:
        return ()
    if info.main_audio is None:
        require_decodable("audio", info)
    if parameters.tracks == "all":
        return tuple(track for track in info.audio if track.is_decodable)
    return (info.main_audio,) if info.main_audio else ()

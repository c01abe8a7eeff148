"""The channels of a track mixed by the factors of the parameters, by ffmpeg's `pan`."""

from __future__ import annotations

from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import AudioStream
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.graph import Stream

_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}


def channel_mixed(sound: Stream, parameters: AudioParameters, track: AudioStream) -> Stream:
    """The sound of a track in the channels that `channel_mix` makes of it; unchanged without one.

    Raises MediaError for a track with another number of channels than the factors are for.
    """
    rows = parameters.mix_factors
    if not rows:
        return sound
    if track.channels != len(rows[0]):
        raise MediaError(
            "channel_mix has factors for {expected} channels, and the audio of the source (stream {stream}) has "
            "{found}: write rows of {found} factors, choose another track, or leave channel_mix out",
            expected=len(rows[0]),
            stream=track.index,
            found=track.channels,
        )
    outputs = ["+".join(f"{factor:.6f}*c{source}" for source, factor in enumerate(row)) for row in rows]
    mix = "|".join([_LAYOUTS[len(rows)], *(f"c{number}={output}" for number, output in enumerate(outputs))])
    return sound.filter("pan", args=mix)

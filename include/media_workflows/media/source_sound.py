"""The source's sound made ready: on the clock, from the start, without holes."""

from __future__ import annotations

from media_workflows.media.graph import Stream


def source_sound(stream: Stream) -> Stream:
    """The source's audio stream with silence where it begins late or has holes.

    Not every container can tell of a gap, and not every player heeds it: without the silence, what
    comes after would move up. Gaps and overlaps of more than 0.1 s count; smaller ones are jitter.
    """
    return stream.filter("aresample", **{"async": 1, "first_pts": 0})

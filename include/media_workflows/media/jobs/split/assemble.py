"""Encoded chunks as one video track: their packets, with the times that one encode would give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import av
from av.error import FFmpegError

from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.jobs.split.chunks import Chunk
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.jobs.split.packets import ChunkPackets
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.pyav import packets

_TIME_EPSILON_S = 0.0001  # more than the rounding of a time to microseconds, less than any frame lasts


def join_pictures(
    chunks: Sequence[Chunk], parts: Sequence[Path], made: Sequence[ChunkPackets], output: Path, cancel: CancelToken
) -> list[float]:
    """Write the packets of all parts into one file; returns the times of the chunks' first frames, in seconds.

    Raises NotSplitError when a decoder of the first part could not decode another one.
    """
    first = made[0]
    if any((part.parameters, part.tick) != (first.parameters, first.tick) for part in made):
        raise NotSplitError("differs", "the chunks have different decoder parameters")
    starts = [round(chunk.start / first.tick) for chunk in chunks]
    shown = [[start + ticks for ticks in part.times] for start, part in zip(starts, made, strict=True)]
    decoded = decoding_times(shown, max(part.delay for part in made))
    times = zip(chain.from_iterable(shown), decoded, strict=True)
    with av.open(str(parts[0])) as template, av.open(str(output), mode="w") as joined:
        source = template.streams.video[0]
        stream = joined.add_stream_from_template(source)
        stream.time_base = first.tick
        joined.metadata.update(template.metadata)
        stream.metadata.update(source.metadata)
        joined.set_chapters(template.chapters())
        for part in parts:
            cancel.check()
            with av.open(str(part)) as container:
                for packet in packets(container, container.streams.video[0]):
                    if packet.size:
                        packet.pts, packet.dts = next(times)
                        packet.stream = stream
                        joined.mux(packet)
    return [float(start * first.tick) for start in starts[1:]]


def decoding_times(shown: Sequence[Sequence[int]], delay: int) -> Iterator[int]:
    """The decoding times of all frames, as an encoder gives them: the times of the frames, `delay` frames earlier.

    `shown` are the presentation times of each chunk, in decoding order.
    """
    times = list(chain.from_iterable(sorted(chunk) for chunk in shown))
    lead = times[min(delay, len(times) - 1)] - times[0]
    for number, time in enumerate(times):
        yield times[number - delay] if number >= delay else time - lead


def require_edges(path: Path, edges_s: Sequence[float]) -> None:
    """Decode the frame at each edge. Raises NotSplitError where none begins."""
    for edge_s, shown_s in zip(edges_s, shown_at(path, tuple(edges_s)), strict=True):
        if shown_s is None or abs(shown_s - edge_s) > _TIME_EPSILON_S:
            raise NotSplitError("differs", f"the frame at the edge at {edge_s:.3f} s is at {shown_s} s")


@isolated
def shown_at(path: Path, moments_s: Sequence[float]) -> list[float | None]:
    """The time of the first frame from each moment on that is decoded after a seek to it; None = there is none.

    At a variable rate the seek may land at an earlier key frame: MP4 is searched by decoding times.
    """
    found: list[float | None] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        for moment_s in moments_s:
            container.seek(round((moment_s + _TIME_EPSILON_S) * av.time_base))
            times = (frame.time for frame in container.decode(stream))
            reached = (time for time in times if time is not None and time > moment_s - _TIME_EPSILON_S)
            try:
                found.append(next(reached, None))
            except FFmpegError:
                found.append(None)
    return found

"""The packets of an encoded chunk: what its verification and the assembly need, without decoding."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.error import FFmpegError

from media_workflows.errors import UnreadableSourceError
from media_workflows.media.jobs.split.chunks import Chunk, Grid
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.pyav import packets

_ARRAYS = 22  # the byte of HEVCDecoderConfigurationRecord that counts its arrays of NAL units
_NOTES = (39, 40)  # SEI


@dataclass(frozen=True)
class ChunkPackets:
    """Times in ticks of `tick` seconds from the chunk's first frame, in decoding order.

    `delay` is the number of frames that a decoder reads before it shows the first one. `parameters` are those of the
    decoder (SPS, PPS).
    """

    times: tuple[int, ...]
    delay: int
    tick: Fraction
    parameters: bytes


@isolated
def chunk_packets_of(path: Path) -> ChunkPackets:
    """Raises FFmpegError for a file that cannot be read, ValueError for one whose packets have no times."""
    with av.open(str(path), mode="r") as container:
        stream = container.streams.video[0]
        found = [(packet.pts, packet.dts) for packet in packets(container, stream) if packet.size]
        parameters = parameter_sets(stream.codec_context.name, bytes(stream.codec_context.extradata or b""))
        tick = Fraction(stream.time_base or 0)
    times = [(pts, dts) for pts, dts in found if pts is not None and dts is not None]
    if len(times) < len(found) or not found:
        raise ValueError(f"{len(times)} of {len(found)} packets have times")
    start = min(pts for pts, _ in times)
    delay = sum(dts < start for _, dts in times)
    return ChunkPackets(tuple(pts - start for pts, _ in times), delay, tick, parameters)


def readable_packets_of(path: Path) -> ChunkPackets:
    """The packets of a chunk. Raises NotSplitError for a file that cannot be read."""
    try:
        return chunk_packets_of(path)
    except (FFmpegError, UnreadableSourceError, ValueError, IndexError) as error:
        raise NotSplitError("differs", str(error)) from error


def parameter_sets(codec: str, configuration: bytes) -> bytes:
    """The decoder configuration of a track in MP4 (ISO 14496-15), without x265's notes about the machine it ran on."""
    if codec != "hevc" or len(configuration) <= _ARRAYS:
        return configuration
    kept, position = [configuration[:_ARRAYS]], _ARRAYS + 1
    for _ in range(configuration[_ARRAYS]):
        begin, kind = position, configuration[position] & 0x3F
        count = int.from_bytes(configuration[position + 1 : position + 3])
        position += 3
        for _ in range(count):
            position += 2 + int.from_bytes(configuration[position : position + 2])
        if kind not in _NOTES:
            kept.append(configuration[begin:position])
    return b"".join(kept)


def require_frames(chunk: Chunk, grid: Grid, made: ChunkPackets) -> None:
    """Raises NotSplitError unless a chunk has exactly the frames of its range, each at its time."""
    count = len(made.times)
    if chunk.count is not None and count != chunk.count:
        raise NotSplitError("differs", f"chunk {chunk.number} has {count} frames, not {chunk.count}")
    for number, ticks in enumerate(sorted(made.times)):
        expected = (grid.time(chunk.first + number) - chunk.start) / made.tick
        if abs(ticks - expected) >= 1:
            raise NotSplitError(
                "differs", f"frame {number} of chunk {chunk.number} is at {ticks} ticks, not {float(expected):.1f}"
            )

"""Whether an output's picture keeps a highest bitrate: by the buffer of a player that reads at this rate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.notice import Notice
from media_workflows.media.encoders.video import BUFFER_S
from media_workflows.media.verify.open_output import open_output

_TOLERANCE = 1.1  # encoders count without headers


def bitrate_notices(path: Path, asked: VideoParameters) -> Iterator[Notice]:
    """A notice where the bitrate is higher than asked for longer than its buffer lasts. Raises FFmpegError."""
    most_kbps, buffer_s = asked.max_bitrate_kbps, BUFFER_S if asked.buffer_s is None else asked.buffer_s
    needed_s = needed_buffer_s(path, most_kbps)
    if needed_s > buffer_s * _TOLERANCE:
        yield Notice(
            code="BitrateExceeded",
            message=f"the encoder exceeds {most_kbps} kbps: a buffer of {needed_s:.1f} s is needed, not {buffer_s:g} s",
            parameters={"limit_kbps": most_kbps, "needed_s": round(needed_s, 1), "buffer_s": buffer_s},
        )


def needed_buffer_s(path: Path, rate_kbps: int) -> float:
    """The buffer, in seconds of the rate, that holds what the picture has more than it. Raises FFmpegError."""
    fill_bits = most_bits = last_s = 0.0
    for time_s, size_bytes in _packets(path):
        fill_bits = max(0.0, fill_bits - (time_s - last_s) * rate_kbps * 1000) + size_bytes * 8
        most_bits, last_s = max(most_bits, fill_bits), time_s
    return most_bits / (rate_kbps * 1000)


def _packets(path: Path) -> Iterator[tuple[float, int]]:
    """Seconds by decoding time, and bytes."""
    with open_output(path) as container:
        stream = container.streams.video[0]
        for packet in container.demux(stream):
            if packet.dts is not None:
                yield float(packet.dts * packet.time_base), packet.size

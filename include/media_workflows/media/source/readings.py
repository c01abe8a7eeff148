"""Readings of a file's packets and tables for `SourceTimeline`, each in a child process with limits."""

from __future__ import annotations

import contextlib
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition

from media_workflows.media.source.formats import open_options
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.packet_times import Span, key_frames_s, packet_end_s, packet_spans, timed_packets
from media_workflows.media.source.promised_bytes import sample_table_bytes
from media_workflows.media.source.pyav import packets

_MOST_SECONDS = 7 * 24 * 3600  # a wrong time must not ask for memory


@isolated
def spans_of(path: Path) -> dict[int, Span]:
    """Stream index -> span of its packets."""
    with _opened(path) as container:
        return packet_spans(container)


@isolated
def has_attachments(path: Path) -> bool:
    """Whether the file holds fonts, covers or other files beside its streams."""
    with _opened(path) as container:
        return bool(container.streams.attachments) or any(
            stream.disposition & Disposition.attached_pic for stream in container.streams.video
        )


@isolated
def key_frames_of(path: Path, index: int) -> list[float]:
    """Times of the key frames of a stream, in seconds."""
    with _opened(path) as container:
        return key_frames_s(container, index)


@isolated
def bytes_of_seconds(path: Path, index: int) -> list[int]:
    """The bytes of a stream in each second of the source, up to the last one that has a packet."""
    found: list[int] = []
    with _opened(path) as container:
        for packet, time_s in timed_packets(container):
            second = int(time_s)
            if packet.stream.index != index or not 0 <= second < _MOST_SECONDS:
                continue
            found.extend([0] * (second + 1 - len(found)))
            found[second] += packet.size
    return found


@isolated
def key_frame_before(path: Path, index: int, moment_s: float) -> float:
    """The last key frame of a stream at or before a moment (seconds); the moment itself without one."""
    with contextlib.suppress(FFmpegError), _opened(path) as container:
        stream, origin = container.streams[index], container.start_time or 0
        container.seek(int(moment_s * av.time_base) + origin)
        for packet in packets(container, stream):
            if packet.is_keyframe and packet.pts is not None:
                found_s = float(packet.pts * packet.time_base) - origin / av.time_base
                return found_s if found_s <= moment_s else moment_s
    return moment_s


@isolated
def sample_table_end(path: Path) -> int:
    """The end of the last sample of an MP4 or MOV by its sample tables, in bytes; 0 without one."""
    with _opened(path) as container:
        return sample_table_bytes(container)


@isolated
def tail_end_s(path: Path, from_s: float) -> float:
    """The end of the last packet behind a seek, in seconds; 0 when no seek is possible."""
    try:
        with _opened(path) as container:
            container.seek(int(from_s * av.time_base) + (container.start_time or 0))
            return packet_end_s(container)
    except FFmpegError:
        return 0.0


def _opened(path: Path) -> InputContainer:
    return av.open(str(path), mode="r", options=open_options(), metadata_errors="replace")

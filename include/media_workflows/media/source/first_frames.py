"""The first frames of a file: whether its streams decode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any, Literal

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame

from media_workflows.media.source.pyav import packets

_ATTEMPTS = 600  # packets: a stream that starts inside a long GOP has a key frame among them
_PACKETS = 20_000  # of all streams: some minutes, after which a track without packets counts as decodable

Track = Literal["empty", "silent", "sounding"]


def first_picture(container: InputContainer, index: int) -> tuple[VideoFrame | None, int]:
    """The first picture of a stream, and the number of packets read for it."""
    count = 0
    for packet in packets(container, container.streams[index]):
        count += packet.size > 0
        if frames := _decoded(packet):
            return frames[0], count
        if count >= _ATTEMPTS:
            break
    return None, count


def tracks(container: InputContainer, indices: Collection[int]) -> dict[int, Track]:
    """The state of each audio track: no packets, packets that do not decode, or sound. Stops when all are known."""
    found: dict[int, Track] = {}
    failed: Counter[int] = Counter()
    for count, packet in enumerate(packets(container)):
        index = packet.stream.index
        if len(found) == len(indices) or count >= _PACKETS:
            return {index: found.get(index, "silent" if failed[index] else "sounding") for index in indices}
        if index not in indices or index in found:
            continue
        failed[index] += packet.size > 0
        if _decoded(packet):
            found[index] = "sounding"
        elif failed[index] >= _ATTEMPTS:
            found[index] = "silent"
    return {index: found.get(index, "silent" if failed[index] else "empty") for index in indices}


def _decoded(packet: Packet[Any]) -> list[Any]:
    try:
        return list(packet.decode())
    except FFmpegError:
        return []  # a damaged start is tolerated

"""`Clock`: packet times as ffmpeg corrects them when it encodes: concatenated recordings become continuous."""

from __future__ import annotations

from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet

from media_workflows.media.source.formats import BARE_VIDEO_CONTAINERS, JUMPING_CONTAINERS, is_one_of

JUMP_S = 10.0  # ffmpeg's dts_delta_threshold: a larger step forward in time counts as a jump of the clock
_BACK_S = 0.1  # as does a step back of a stream by more than this (ts_discontinuity_detect in ffmpeg's demuxing)


def data_lead_s(container: InputContainer) -> float:
    """Seconds by which a data track of a transport stream starts before picture and sound; ffmpeg skips them."""
    tracks = (*container.streams.video, *container.streams.audio)
    starts = [
        float(track.start_time * track.time_base)
        for track in tracks
        if track.start_time is not None and track.time_base
    ]
    if not starts or not is_one_of(container.format.name, JUMPING_CONTAINERS):
        return 0.0
    return max(0.0, min(starts) - (container.start_time or 0) / av.time_base)


class Clock:
    """Packet times in seconds from the start of picture and sound, without clock jumps. For packets in file order."""

    def __init__(self, container: InputContainer) -> None:
        self._origin_s = (container.start_time or 0) / av.time_base + data_lead_s(container)
        self._may_jump = is_one_of(container.format.name, JUMPING_CONTAINERS)
        self._latest_s: float | None = None
        self._streams: dict[int, tuple[float, float]] = {}  # start and end of its last packet
        self._untimed_s: dict[int, float] = {}
        self._is_bare = is_one_of(container.format.name, BARE_VIDEO_CONTAINERS)
        self.corrections = 0

    def time_s(self, packet: Packet[Any]) -> float | None:
        """The presentation time of a packet; None without a timestamp."""
        shown = packet.pts if packet.pts is not None else packet.dts
        if self._is_bare:
            return self._next_s(packet)
        if shown is None:
            return None
        if self._may_jump and packet.stream.type in ("video", "audio"):
            self._follow(packet)
        return float(shown * packet.time_base) - self._origin_s

    def _next_s(self, packet: Packet[Any]) -> float:
        """The time of a packet without timestamps, in decoding order: one picture follows the other."""
        begin_s = self._untimed_s.get(packet.stream.index, 0.0)
        self._untimed_s[packet.stream.index] = begin_s + float((packet.duration or 0) * packet.time_base)
        return begin_s

    def _follow(self, packet: Packet[Any]) -> None:
        """Move the origin where the clock jumps, by decoding times, which never step back otherwise."""
        moment = packet.dts if packet.dts is not None else packet.pts
        assert moment is not None
        decoded_s = float(moment * packet.time_base) - self._origin_s
        step_s = self._step_s(packet.stream.index, decoded_s)
        if step_s:
            self.corrections += 1
            self._origin_s += step_s
            decoded_s -= step_s
        end_s = decoded_s + float((packet.duration or 0) * packet.time_base)
        self._streams[packet.stream.index], self._latest_s = (decoded_s, end_s), decoded_s

    def _step_s(self, index: int, decoded_s: float) -> float:
        """The clock jump before a packet, in seconds; 0 = none."""
        last = self._streams.get(index)
        if last is not None:
            begin_s, end_s = last
            return decoded_s - end_s if abs(decoded_s - end_s) > JUMP_S or decoded_s + _BACK_S < begin_s else 0.0
        step_s = 0.0 if self._latest_s is None else decoded_s - self._latest_s
        return step_s if abs(step_s) > JUMP_S else 0.0

"""Short windows of an audio track, decoded and measured: the level of each channel in slots of 25 ms.

Levels are measured below 4 kHz: codecs and lower sample rates remove only what is above.
"""

from __future__ import annotations

import contextlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import mul
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.error import FFmpegError

from media_workflows.media.source.formats import is_one_of
from media_workflows.media.source.packet_times import timed_packets
from media_workflows.media.verify.open_output import open_output

SLOT_S = 0.025
_RATE_HZ = 8000
_SLOT_SAMPLES = round(SLOT_S * _RATE_HZ)
_PREROLL_S = 0.3  # decoders need some packets before their output is right
_SEEK_FROM_S = 30.0  # shorter distances are read through
# Containers whose timestamps are correct after a seek.
_INDEXED = frozenset({"mov", "matroska", "wav", "w64", "caf", "aiff", "flac"})
_GAP_S = 0.05
_TYPECODES = {"fltp": "f", "s16p": "h"}
_FULL_SCALE = {"fltp": 1.0, "s16p": 32768.0}


@dataclass(frozen=True)
class Window:
    """Decoded frames from `start_s` to `end_s` (seconds from the file's start), with their times."""

    start_s: float
    end_s: float
    frames: Sequence[tuple[float, AudioFrame]]

    def is_continuous(self, least_s: float) -> bool:
        """Whether there are at least `least_s` seconds of sound, without a gap or a step of the clock."""
        ends_s = [frame_s + frame.samples / frame.sample_rate for frame_s, frame in self.frames]
        steps_s = [start_s - end_s for end_s, (start_s, _) in zip(ends_s, self.frames[1:], strict=False)]
        if not ends_s or any(abs(step_s) > _GAP_S for step_s in steps_s):
            return False
        return min(ends_s[-1], self.end_s) - max(self.frames[0][0], self.start_s) >= least_s


def read_windows(path: Path, number: int | None, index: int, spans: Sequence[tuple[float, float]]) -> list[Window]:
    """Decode the spans (ascending) of a track, by `number` among the audio tracks or else by stream index.

    Raises FFmpegError when the file cannot be opened. Damaged packets are skipped.
    """
    with open_output(path) as container:
        stream = container.streams[index] if number is None else container.streams.audio[number]
        frames: list[list[tuple[float, AudioFrame]]] = [[] for _ in spans]
        for at, frame_s, frame in _decoded(container, stream, spans):
            frames[at].append((frame_s, frame))
    return [Window(start_s, end_s, found) for (start_s, end_s), found in zip(spans, frames, strict=True)]


def _decoded(
    container: InputContainer, stream: Any, spans: Sequence[tuple[float, float]]
) -> Iterator[tuple[int, float, AudioFrame]]:
    """(number of the span, time, frame): packets between spans are read, not decoded.

    One seek for each span: it may miss, or end at a key frame of the picture far before, and would again.
    """
    at, last, sought = 0, -1, -1
    packets = _packets(container, stream)
    while (found := next(packets, None)) is not None:
        packet, time_s = found
        at += bisect_right([end_s for _, end_s in spans[at:]], time_s)
        if at == len(spans):
            return
        start_s = spans[at][0] - _PREROLL_S
        if time_s < start_s:
            if at != sought and start_s - time_s > _SEEK_FROM_S and is_one_of(container.format.name, _INDEXED):
                packets, sought = _packets_from(container, stream, start_s), at
            continue
        if at != last:
            stream.codec_context.flush_buffers()
            last = at
        for frame_s, frame in _frames(stream, packet, time_s):
            end_s = frame_s + frame.samples / frame.sample_rate
            yield from (
                (number, frame_s, frame)
                for number, span in enumerate(spans)
                if frame_s < span[1] and end_s > span[0] and number >= at
            )


def _packets(container: InputContainer, stream: Any) -> Iterator[tuple[Any, float]]:
    return (found for found in timed_packets(container) if found[0].stream.index == stream.index)


def _packets_from(container: InputContainer, stream: Any, from_s: float) -> Iterator[tuple[Any, float]]:
    """The packets after a seek; all of them where the seek misses."""
    origin = container.start_time or 0
    with contextlib.suppress(FFmpegError):
        container.seek(int(from_s * av.time_base) + origin)
        packets = _packets(container, stream)
        first = next(packets, None)
        if first is not None and first[1] <= from_s:
            return chain([first], packets)
    container.seek(origin)
    return _packets(container, stream)


def _frames(stream: Any, packet: Any, time_s: float) -> list[tuple[float, AudioFrame]]:
    """The frames of a packet with their times; none of a damaged one."""
    try:
        frames = list(stream.codec_context.decode(packet))
    except FFmpegError:
        return []
    offset_s = time_s - float(packet.pts * (packet.time_base or 0)) if packet.pts is not None else 0.0
    return [(time_s if frame.pts is None else float(frame.pts * frame.time_base) + offset_s, frame) for frame in frames]


def slot_powers(window: Window, layouts: Sequence[str], sample_format: str) -> list[list[float]]:
    """Mean square of each channel in each slot, full scale = 1; 0 where there is no sound.

    The frames are mixed through `layouts`, one after the other. Raises FFmpegError or ValueError for a mix that
    swresample does not support.
    """
    mixers = [AudioResampler(sample_format, layout, _RATE_HZ) for layout in layouts]
    count = round((window.end_s - window.start_s) * _RATE_HZ)
    channels: list[array[Any]] = []
    written = 0
    for frame_s, frame in window.frames:
        frame.pts = None
        for mixed in _mixed(frame, mixers):
            planes = [
                array(_TYPECODES[sample_format], bytes(plane)[: mixed.samples * _width(mixed)])
                # PyAV (18.1) reads past the end: eight planar channels have nine planes, the last one wild.
                for plane in mixed.planes[: mixed.layout.nb_channels]
            ]
            channels = channels or [array(_TYPECODES[sample_format], bytes(count * _width(mixed))) for _ in planes]
            begin = round((frame_s - window.start_s) * _RATE_HZ)
            written = begin if abs(begin - written) > _GAP_S * _RATE_HZ or not written else written
            for channel, plane in zip(channels, planes, strict=True):
                _place(channel, plane, written)
            written += mixed.samples
    scale = _FULL_SCALE[sample_format] ** 2 * _SLOT_SAMPLES
    return [[power / scale for power in _slots(channel)] for channel in channels]


def _mixed(frame: AudioFrame, mixers: Sequence[AudioResampler]) -> list[AudioFrame]:
    frames = [frame]
    for mixer in mixers:
        frames = [out for one in frames for out in mixer.resample(one)]
    return frames


def _width(frame: AudioFrame) -> int:
    return int(frame.format.bytes)


def _place(channel: array[Any], samples: array[Any], begin: int) -> None:
    """Write samples from `begin` on; those outside the channel are dropped."""
    first, end = max(0, -begin), min(len(samples), len(channel) - begin)
    if end > first:
        channel[begin + first : begin + end] = samples[first:end]


def _slots(channel: array[Any]) -> Iterator[float]:
    for begin in range(0, len(channel) - _SLOT_SAMPLES + 1, _SLOT_SAMPLES):
        slot = channel[begin : begin + _SLOT_SAMPLES]
        yield float(sum(map(mul, slot, slot)))

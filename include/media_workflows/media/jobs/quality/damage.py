"""Where a decoder fails: a second decode, only of sources that the first one complains about."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from media_workflows.media.jobs.quality.packets import MOST_MOMENTS, Moment
from media_workflows.media.source.clock import Clock
from media_workflows.media.source.formats import open_options
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.pyav import packets

_MOST_S = 40.0  # below the limit of one reading (setting probe_timeout_s)


@dataclass
class Damage:
    """Moments of pictures and sound that could not be decoded, and of pictures that are shown damaged.

    `until_s`: what comes later was not decoded again; None = all was.
    """

    video: list[Moment] = field(default_factory=list)
    audio: list[Moment] = field(default_factory=list)
    shown: list[Moment] = field(default_factory=list)
    until_s: float | None = None


@isolated
def damage_of(path: Path, video: int | None, audio: int | None) -> Damage:
    """The damage of the streams with these indices, in at most `_MOST_S` seconds."""
    found, end = Damage(), time.monotonic() + _MOST_S
    with av.open(str(path), mode="r", options=open_options(), metadata_errors="replace") as container:
        clock, last_s = Clock(container), 0.0
        streams = [container.streams[index] for index in (video, audio) if index is not None]
        for stream in streams:
            stream.codec_context.thread_count = 1  # an error is then one of its packet
        try:
            for packet in packets(container, *streams):
                time_s = clock.time_s(packet) if packet.size else None
                last_s = last_s if time_s is None else time_s
                _decode(packet, video, last_s, found)
                if time.monotonic() > end:
                    found.until_s = last_s
                    break
        except FFmpegError as error:
            _add(found.video if audio is None else found.audio, last_s, str(error))
    return found


def _decode(packet: Any, video: int | None, at_s: float, found: Damage) -> None:
    is_video = packet.stream.index == video
    try:
        frames = packet.decode()
    except FFmpegError as error:
        _add(found.video if is_video else found.audio, at_s, error.strerror or str(error))
        return
    if is_video and any(frame.is_corrupt for frame in frames):
        _add(found.shown, at_s, "")


def _add(moments: list[Moment], time_s: float, text: str) -> None:
    if len(moments) < MOST_MOMENTS:
        moments.append(Moment(round(time_s, 3), text))

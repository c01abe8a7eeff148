"""The times of a video track's frames and key frames, from the file's packets without decoding."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.error import FFmpegError

from media_workflows.media.source.formats import open_options
from media_workflows.media.source.frame_rates import MOST_FRAMES
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.pyav import packets


@dataclass(frozen=True)
class ShownFrames:
    """Presentation times in ticks of `tick` seconds from the file's start, ascending, as ffmpeg counts them.

    Frames that an edit list hides are left out. `key_ticks` are those of key frames, the hidden ones, too.
    """

    ticks: tuple[int, ...]
    key_ticks: tuple[int, ...]
    tick: Fraction

    def time_s(self, ticks: int) -> float:
        """Seconds."""
        return float(ticks * self.tick)


NO_FRAMES = ShownFrames((), (), Fraction(1))


@isolated
def shown_frames_of(path: Path, index: int) -> ShownFrames:
    """The frames of a stream; none where a frame has no time, or there are more than MOST_FRAMES."""
    with av.open(str(path), mode="r", options=open_options(), metadata_errors="replace") as container:
        stream = container.streams[index]
        tick = Fraction(stream.time_base or 0)
        if not tick:
            return NO_FRAMES
        # As ffmpeg does it: the start in microseconds, rounded to ticks.
        start = _rounded(Fraction(container.start_time or 0, av.time_base) / tick)
        shown: list[int] = []
        keys: list[int] = []
        with contextlib.suppress(FFmpegError):  # the file counts as ended where the demuxer stops
            for packet in packets(container, stream):
                if not packet.size:
                    continue
                if packet.pts is None or len(shown) > MOST_FRAMES:
                    return NO_FRAMES
                if not packet.is_discard:
                    shown.append(packet.pts - start)
                if packet.is_keyframe:
                    keys.append(packet.pts - start)
    return ShownFrames(tuple(sorted(shown)), tuple(sorted(keys)), tick)


def _rounded(number: Fraction) -> int:
    """To the nearest whole number, halves away from zero (AV_ROUND_NEAR_INF)."""
    whole = int(abs(number) + Fraction(1, 2))
    return whole if number >= 0 else -whole

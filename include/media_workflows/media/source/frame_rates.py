"""Whether the frame rate of a video varies, from the times of its frames."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from av.video.stream import VideoStream as AvVideoStream

MOST_FRAMES = 500_000  # 5.5 hours at 25 frames per second: about 0.2 s
_ROUNDING_S = 0.0015  # Matroska and FLV round times to milliseconds
_RARE = 0.01  # a recording may lose single frames and still have one rate


def index_times_s(stream: AvVideoStream) -> list[float]:
    """The decoding times of all frames, by the file's index; [] where it does not list every frame, as in Matroska.

    [] also for more than MOST_FRAMES.
    """
    if stream.time_base is None or stream.frames > MOST_FRAMES:
        return []
    entries = stream.index_entries
    if len(entries) != stream.frames:
        return []
    tick_s = float(stream.time_base)
    return [entry.timestamp * tick_s for entry in entries]


def rate_varies(times_s: Sequence[float | None], tick_s: float) -> bool | None:
    """Whether frames are shown for different times, beyond rounding and single frames; None where times are missing.

    None also for more than MOST_FRAMES. `tick_s` is the unit of the file's timestamps.
    """
    known = sorted(time_s for time_s in times_s if time_s is not None)
    if len(known) < 3 or len(known) < len(times_s) or len(times_s) > MOST_FRAMES:
        return None
    durations_s = [later - earlier for earlier, later in pairwise(known)]
    usual_s = median(durations_s)
    rounding_s = min(max(_ROUNDING_S, tick_s * 1.01), usual_s / 4)
    other = sum(abs(duration_s - usual_s) > rounding_s for duration_s in durations_s)
    return other > max(1, len(durations_s) * _RARE)

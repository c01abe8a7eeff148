"""Key frames of a chunk, whose times begin at 0, against those of the whole, as ffmpeg evaluates the expressions."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.media.filters.overlay.overlays import FRAME_TIME_EPSILON_S
from media_workflows.media.jobs.split.chunks import Grid, segment_start
from media_workflows.media.packaging.muxing import forced_interval_s, key_frame_options

VIDEO = VideoParameters(codec="h264")
FUNCTIONS = {
    "gte": lambda one, other: one >= other,
    "gt": lambda one, other: one > other,
    "lt": lambda one, other: one < other,
    "isnan": math.isnan,
    "floor": lambda value: math.nan if math.isnan(value) else math.floor(value),
    "choose": lambda condition, one, other: one if condition else other,
}


def forced(segment_s: float, moments_s: list[float], rate: Fraction, first: int, count: int) -> list[int]:
    """The frames, counted in the whole, that are key frames in a part of `count` frames that begins at `first`."""
    options = key_frame_options(VIDEO, segment_s, {}, moments_s, float(first / rate))
    expression = compile(
        str(options["force_key_frames"]).removeprefix("expr:").replace("if(", "choose("), "expression", "eval"
    )
    found: list[int] = []
    last_s, tick = math.nan, 1 / float(rate)
    for number in range(count):
        values = {"t": number * tick, "n_forced": len(found), "prev_forced_t": last_s}
        if eval(expression, {"__builtins__": {}}, {**FUNCTIONS, **values}):
            found.append(first + number)
            last_s = number * tick
    return found


@given(
    st.sampled_from([Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(24), Fraction(50)]),
    st.sampled_from([1.0, 1.5, 2.0, 4.0, 5.0, 6.0, 10.0]),
    st.integers(100, 3000),
    st.sampled_from([[], [0.52, 3.0, 11.37, 44.4]]),
)
def test_a_chunk_goes_on_as_the_whole_does(
    rate: Fraction, segment_s: float, number: int, moments_s: list[float]
) -> None:
    lead_s = Fraction(str(FRAME_TIME_EPSILON_S)) if moments_s else Fraction(0)
    interval_s = forced_interval_s(VIDEO, segment_s)
    first = segment_start(Grid(rate, (), 10**6), Fraction(str(segment_s)), [interval_s], lead_s)(number)
    end = first + 400
    whole = [frame for frame in forced(segment_s, moments_s, rate, 0, end) if frame >= first]
    assert forced(segment_s, moments_s, rate, first, 400) == whole
    assert whole[0] == first


def test_the_commands() -> None:
    assert key_frame_options(VIDEO, 4, {})["force_key_frames"] == "expr:gte(t,n_forced*2)"
    assert key_frame_options(VIDEO, 4, {}, (), 12.0)["force_key_frames"] == "expr:gte(t+12.000001,(n_forced+6)*2)"

"""Buffers of chunks: over each edge, joined chunks need no larger buffer than the one that was asked for."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.media.encoders.chunk_buffer import PART, START, chunk_buffer

RATE = 1.0  # of a buffer in each step


def needed(sizes: list[float]) -> float:
    """The buffer that holds what pictures have above the rate, one in each step."""
    return max(accumulate(sizes, lambda fill, size: max(0.0, fill - RATE) + size, initial=0.0))


def as_an_encoder_permits(wanted: list[float], buffer: float) -> list[float]:
    """Sizes as they are wanted, where the buffer of a chunk holds what they take."""
    full, sizes = START * buffer, []
    for size in wanted:
        sizes.append(min(size, full))
        full = min(buffer, full - sizes[-1] + RATE)
    return sizes


@given(st.lists(st.floats(0, 40), min_size=1, max_size=30), st.lists(st.floats(0, 40), min_size=1, max_size=30))
def test_over_an_edge(before: list[float], after: list[float]) -> None:
    asked = 10.0
    chunks = [as_an_encoder_permits(wanted, asked * PART) for wanted in (before, after)]
    assert needed(chunks[0] + chunks[1]) <= asked + RATE + 1e-9  # the decoder takes a picture at a time


def test_the_worst_edge_would_exceed_an_undivided_buffer() -> None:
    quiet_then_burst, burst = [0.0] * 20 + [40.0], [40.0]
    whole = [as_an_encoder_permits(wanted, 10.0) for wanted in (quiet_then_burst, burst)]
    assert needed(whole[0] + whole[1]) > 10 + RATE


@pytest.mark.parametrize(
    ("codec", "given", "made"),
    [
        ("h264", {"bufsize": "3000k"}, {"bufsize": "2000k", "x264-params": "vbv-init=0.5"}),
        (
            "h265",
            {"bufsize": "3000k", "x265-params": "log-level=error"},
            {"bufsize": "2000k", "x265-params": "log-level=error:vbv-init=0.5"},
        ),
        ("h264", {"crf": 20}, {"crf": 20}),
    ],
)
def test_options(codec: str, given: dict[str, str | int], made: dict[str, str | int]) -> None:
    assert chunk_buffer(VideoParameters.model_validate({"codec": codec, "bitrate_kbps": 1500}), given) == made

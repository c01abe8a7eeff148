"""Where a rendition is divided. Nothing runs here."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.media.jobs.split.chunks import (
    LEAD_S,
    MOST_CHUNKS,
    Chunk,
    Grid,
    grid_of,
    plan_chunks,
    segment_start,
)
from media_workflows.media.packaging.muxing import forced_interval_s
from media_workflows.media.source.shown_frames import ShownFrames
from probed import video_stream

MS = Fraction(1, 1000)


def shown(duration_s: float, step_ms: int = 40, gop_ms: int = 1000) -> ShownFrames:
    end = round(duration_s * 1000)
    return ShownFrames(tuple(range(0, end, step_ms)), tuple(range(0, end, gop_ms)), MS)


def chunks_of(
    duration_s: float, chunk_s: float, source: ShownFrames | None = None, rate: str = "", gop: int = 1, **stream: Any
) -> list[Chunk]:
    source = source or shown(duration_s)
    grid = grid_of(rate, video_stream(**stream), source, duration_s)
    return plan_chunks(grid, lambda number: number // gop * gop, source, duration_s, chunk_s)


class TestEdges:
    def test_every_frame_is_in_one_chunk(self) -> None:
        chunks = chunks_of(10, 2)
        assert [chunk.first for chunk in chunks] == [0, 50, 100, 150, 200]
        assert [chunk.count for chunk in chunks] == [50, 50, 50, 50, 50]
        assert [chunk.start for chunk in chunks] == [0, 2, 4, 6, 8]

    def test_edges_lie_between_frames(self) -> None:
        first, second, *_ = chunks_of(10, 2)
        assert first.frames.start_s is None
        assert first.frames.end_s == second.frames.start_s == pytest.approx(1.99)
        assert chunks_of(10, 2)[-1].frames.end_s is None

    @given(st.integers(2, 120), st.integers(1, 10**6))
    def test_an_edge_rounded_to_frames_is_the_frame(self, rate: int, number: int) -> None:
        """The filter for the frame rate counts in frames, and `trim` gets microseconds."""
        edge_s = float(f"{Grid(Fraction(rate), (), 2).edge_s(number):.6f}")
        assert round(edge_s * rate) == number

    def test_edges_are_at_whole_groups_of_pictures(self) -> None:
        assert [chunk.first % 40 for chunk in chunks_of(10, 2, gop=40)] == [0] * 5
        assert [chunk.first % 30 for chunk in chunks_of(20, 4, rate="30", gop=30)] == [0] * 5

    def test_at_a_constant_rate_the_last_chunk_is_open(self) -> None:
        last = chunks_of(10, 2, rate="29.97")[-1]
        assert (last.count, last.start) == (None, last.first / Fraction("29.97"))

    def test_at_most_so_many(self) -> None:
        assert len(chunks_of(4000, 2)) == MOST_CHUNKS

    @pytest.mark.parametrize("duration_s", [1.0, 3.9])
    def test_a_short_source_has_none(self, duration_s: float) -> None:
        assert chunks_of(duration_s, 2) == []


class TestSeeks:
    def test_at_least_a_group_of_pictures_and_the_lead_before_the_edge(self) -> None:
        keys_s = [float(key * MS) for key in shown(10).key_ticks]
        for chunk in chunks_of(10, 2)[1:]:
            start_s, seek_s = chunk.frames.start_s, chunk.frames.seek_s
            assert start_s is not None
            assert seek_s is not None
            assert sum(seek_s < key_s <= start_s for key_s in keys_s) >= 1
            assert start_s - seek_s >= LEAD_S - 0.01

    def test_frames_that_are_all_key_frames(self) -> None:
        """The lead counts: one frame would be too few for deinterlacing."""
        second = chunks_of(10, 2, shown(10, gop_ms=40))[1]
        assert second.frames.seek_s == pytest.approx(0.96, abs=0.03)

    def test_edges_without_a_key_frame_before_them_are_left_out(self) -> None:
        assert chunks_of(10, 2, shown(10, gop_ms=20_000)) == []
        assert len(chunks_of(10, 2, shown(10, gop_ms=5000))) == 3  # key frames at 0 and 5 s: edges from 5 s on


class TestVariableRate:
    def test_edges_and_counts_are_by_the_frames_of_the_source(self) -> None:
        times = tuple(sorted({*range(0, 5000, 40), *range(5000, 10_000, 200)}))
        chunks = chunks_of(10, 2, ShownFrames(times, tuple(range(0, 10_000, 1000)), MS))
        assert [float(chunk.start) for chunk in chunks] == [0, 2, 4, 6, 8]
        assert [chunk.count for chunk in chunks] == [50, 50, 30, 10, 10]

    def test_a_picture_that_starts_late_fills_the_time_before_it(self) -> None:
        times = tuple(range(400, 10_000, 40))
        source = ShownFrames(times, tuple(range(400, 10_000, 1000)), MS)
        assert chunks_of(10, 2, source, start_s=0.4)[0].start == 0

    @given(st.lists(st.integers(1, 900), min_size=30, max_size=200), st.integers(1, 12), st.integers(1, 40))
    def test_any_times(self, steps: list[int], gop: int, every: int) -> None:
        times = tuple(sum(steps[:number]) for number in range(len(steps)))
        duration_s = (times[-1] + 40) / 1000
        chunks = chunks_of(duration_s, 2, ShownFrames(times, times[::every], MS), gop=gop)
        for one, other in pairwise(chunks):
            assert one.first + (one.count or 0) == other.first
            assert other.first % gop == 0
            assert one.frames.end_s == other.frames.start_s
            assert times[other.first - 1] < (other.frames.start_s or 0) * 1000 < times[other.first]
            assert other.start == times[other.first] * MS
        if chunks:
            assert sum(chunk.count or 0 for chunk in chunks) == len(times)


def forced_keys(rate: Fraction, interval_s: float, total: int, lead_s: float = 0.0) -> list[int]:
    """The frames that ffmpeg's `gte(t,n_forced*interval)` makes key frames, as it evaluates it."""
    tick = 1 / float(rate)
    found: list[int] = []
    for frame in range(total):
        if frame * tick + lead_s >= len(found) * float(f"{interval_s:g}"):
            found.append(frame)
    return found


class TestSegments:
    @given(
        st.sampled_from([Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(30), Fraction("12.5")]),
        st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 10.0]),
        st.integers(0, 20_000),
    )
    def test_chunks_begin_at_key_frames_of_every_rendition(self, rate: Fraction, segment_s: float, number: int) -> None:
        video = VideoParameters(codec="h264")
        interval_s = forced_interval_s(video, segment_s)
        found = segment_start(Grid(rate, (), 10**6), Fraction(str(segment_s)), [interval_s], Fraction(0))(number)
        assert number - (segment_s + 1) * rate <= found <= number
        assert found in forced_keys(rate, float(interval_s), found + 1)
        assert abs(found / rate / Fraction(str(segment_s)) % 1 - Fraction(1, 2)) > Fraction(4, 10)  # near a multiple

    def test_an_interval_that_is_rounded_up_makes_the_key_frame_late(self) -> None:
        """5 s in three parts are 1.66667 s each in the command."""
        grid, third_s = Grid(Fraction(25), (), 1000), Fraction("1.66667")
        assert segment_start(grid, Fraction(5), [third_s], Fraction(0))(130) == 126
        assert segment_start(grid, Fraction(5), [third_s], Fraction("0.0005"))(130) == 125

    def test_no_chunk_begins_where_renditions_have_key_frames_at_different_frames(self) -> None:
        grid = Grid(Fraction(25), (), 1000)
        start_before = segment_start(grid, Fraction(5), [Fraction("1.66667"), Fraction(5)], Fraction(0))
        assert start_before(130) == 0
        assert start_before(124) == 0

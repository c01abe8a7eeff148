"""Where a rendition is divided. Nothing runs here."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.split.chunks import LEAD_S, MOST_CHUNKS, Chunk, Grid, plan_chunks
from media_workflows.media.source.shown_frames import ShownFrames
from probed import video_stream

MS = Fraction(1, 1000)


def item(**video: Any) -> TranscodeItem:
    parameters = {"container": "mp4", "video": {"codec": "h264", **video}, "audio": {}}
    return TranscodeItem.model_validate({"parameters": parameters})


def shown(duration_s: float, step_ms: int = 40, gop_ms: int = 1000) -> ShownFrames:
    end = round(duration_s * 1000)
    return ShownFrames(tuple(range(0, end, step_ms)), tuple(range(0, end, gop_ms)), MS)


def chunks_of(duration_s: float, chunk_s: float, source: ShownFrames | None = None, **video: Any) -> list[Chunk]:
    stream = video_stream(frame_rate=Fraction(25), nominal_rate=Fraction(25))
    return plan_chunks(item(**video), stream, source or shown(duration_s), duration_s, chunk_s)


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
        assert [chunk.first % 40 for chunk in chunks_of(10, 2, gop_frames=40)] == [0] * 5
        assert [chunk.first % 30 for chunk in chunks_of(20, 4, fps=30, gop_s=1)] == [0] * 5

    def test_at_a_constant_rate_the_last_chunk_is_open(self) -> None:
        last = chunks_of(10, 2, fps=29.97)[-1]
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
        stream = video_stream(start_s=0.4)
        times = tuple(range(400, 10_000, 40))
        source = ShownFrames(times, tuple(range(400, 10_000, 1000)), MS)
        assert plan_chunks(item(), stream, source, 10, 2)[0].start == 0

    @given(st.lists(st.integers(1, 900), min_size=30, max_size=200), st.integers(1, 12), st.integers(1, 40))
    def test_any_times(self, steps: list[int], gop: int, every: int) -> None:
        times = tuple(sum(steps[:number]) for number in range(len(steps)))
        duration_s = (times[-1] + 40) / 1000
        chunks = chunks_of(duration_s, 2, ShownFrames(times, times[::every], MS), gop_frames=gop)
        for one, other in pairwise(chunks):
            assert one.first + (one.count or 0) == other.first
            assert other.first % gop == 0
            assert one.frames.end_s == other.frames.start_s
            assert times[other.first - 1] < (other.frames.start_s or 0) * 1000 < times[other.first]
            assert other.start == times[other.first] * MS
        if chunks:
            assert sum(chunk.count or 0 for chunk in chunks) == len(times)

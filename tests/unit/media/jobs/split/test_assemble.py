"""The decoding times of joined chunks, and the check of a chunk's frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workflows.media.filters.build_context import FrameRange
from media_workflows.media.jobs.split.assemble import decoding_times
from media_workflows.media.jobs.split.chunks import Chunk, Grid
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.jobs.split.packets import ChunkPackets, parameter_sets, readable_packets_of, require_frames


class TestDecodingTimes:
    def test_as_x264_gives_them(self) -> None:
        """I P B B: shown two frames after they are decoded, also over the edge."""
        shown = [[0, 3, 1, 2], [4, 7, 5, 6]]
        assert list(decoding_times(shown, 2)) == [-2, -1, 0, 1, 2, 3, 4, 5]

    def test_without_reordering(self) -> None:
        assert list(decoding_times([[0, 1], [5, 6]], 0)) == [0, 1, 5, 6]

    def test_fewer_frames_than_the_delay(self) -> None:
        assert list(decoding_times([[0]], 2)) == [0]

    @given(st.lists(st.lists(st.integers(1, 50), min_size=4, max_size=20), min_size=1, max_size=4), st.integers(0, 3))
    def test_ascending_and_never_after_the_frame_is_shown(self, steps: list[list[int]], delay: int) -> None:
        shown, now = [], 0
        for chunk in steps:
            times = []
            for step in chunk:
                times.append(now)
                now += step
            # A frame is sent at most `delay` places before its turn.
            shown.append([times[0], *times[1 : 1 + delay][::-1], *times[1 + delay :]])
        decoded = list(decoding_times(shown, delay))
        assert decoded == sorted(set(decoded))
        assert all(dts <= pts for dts, pts in zip(decoded, [pts for chunk in shown for pts in chunk], strict=True))


class TestFramesOfAChunk:
    GRID = Grid(Fraction(25), (), 100)
    CHUNK = Chunk(1, 50, 3, Fraction(2), FrameRange(1.98, 2.1, 0.5), 0.12)

    def packets(self, *times: int) -> ChunkPackets:
        return ChunkPackets(times, 0, Fraction(1, 12_800), b"")

    def test_all_in_their_places(self) -> None:
        require_frames(self.CHUNK, self.GRID, self.packets(0, 1024, 512))

    @pytest.mark.parametrize("times", [(0, 512), (0, 512, 1024, 1536), (0, 512, 1026), (0, 1024, 1536)])
    def test_another_number_or_another_time(self, times: tuple[int, ...]) -> None:
        with pytest.raises(NotSplitError):
            require_frames(self.CHUNK, self.GRID, self.packets(*times))


class TestParameterSets:
    HEADER = bytes([1, *range(21)])

    def array(self, kind: int, *units: bytes) -> bytes:
        sized = b"".join(len(unit).to_bytes(2) + unit for unit in units)
        return bytes([0x80 | kind]) + len(units).to_bytes(2) + sized

    def test_the_notes_of_x265_differ_from_machine_to_machine(self) -> None:
        sets = self.array(32, b"vps") + self.array(33, b"sps", b"other")
        with_notes = [self.HEADER + bytes([3]) + sets + self.array(39, note) for note in (b"2 cores", b"64 cores")]
        assert {parameter_sets("hevc", one) for one in with_notes} == {self.HEADER + sets}

    def test_other_parameters_count(self) -> None:
        one, other = (self.HEADER + bytes([1]) + self.array(33, unit) for unit in (b"sps", b"spt"))
        assert parameter_sets("hevc", one) != parameter_sets("hevc", other)
        assert parameter_sets("h264", one) == one


def test_a_chunk_that_cannot_be_read_leads_to_one_encode(tmp_path: Path) -> None:
    broken = tmp_path / "chunk.mp4"
    broken.write_bytes(b"cut off")
    with pytest.raises(NotSplitError, match="would not be what one encode makes"):
        readable_packets_of(broken)

"""The ladders that come of probes: of sources of which the test knows quality and bitrate."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workflows.domain.jobs.auto_ladder import AutoLadder
from media_workflows.media.jobs.auto_ladder.choice import Rung, chosen_rungs, probed_crfs, short_sides_px, usual_rungs
from media_workflows.media.jobs.target_vmaf.choice import RANGES, Probe

Probes = dict[int, list[Probe]]


def probes(kbps_at_1080: float, blur: float = 12.0, source_px: int = 1080, slope: float = 1.2) -> Probes:
    """Of each height: bits by its pixels, halved by six steps of crf; `blur` is the VMAF that half a side loses."""
    found: Probes = {}
    for height in short_sides_px(source_px):
        share = height / 1080
        lost = blur * (source_px / height - 1)
        found[height] = [
            Probe(crf, max(0.0, 94 - slope * (crf - 23) - lost), kbps_at_1080 * share**1.7 * 2 ** ((23 - crf) / 6))
            for crf in probed_crfs("h264")
        ]
    return found


def test_heights_are_those_below_the_source_and_its_own() -> None:
    assert short_sides_px(1080) == [240, 360, 480, 720, 1080]
    assert short_sides_px(1088) == [240, 360, 480, 720, 1088]
    assert short_sides_px(790) == [240, 360, 480, 790]
    assert short_sides_px(144) == [144]


def test_the_best_stream_has_the_quality_that_is_asked_for_and_each_next_one_a_step_less() -> None:
    found = chosen_rungs(probes(4000), AutoLadder())
    assert abs(found[-1].vmaf - 93) <= 1
    for lower, higher in pairwise(found):
        assert lower.kbps <= 0.85 * higher.kbps
        assert lower.short_side_px <= higher.short_side_px
        assert 4 <= higher.vmaf - lower.vmaf <= 16
    assert 3 <= len(found) <= 6


def test_content_that_loses_little_by_scaling_is_encoded_small() -> None:
    soft, sharp = (chosen_rungs(probes(4000, blur=blur), AutoLadder(top_vmaf=85)) for blur in (1.0, 40.0))
    assert soft[-1].short_side_px < sharp[-1].short_side_px == 1080


def test_easy_content_gets_fewer_bits_and_fewer_streams() -> None:
    easy, hard = chosen_rungs(probes(500), AutoLadder()), chosen_rungs(probes(5000), AutoLadder())
    assert easy[-1].kbps < hard[-1].kbps / 5
    assert len(easy) < len(hard)
    assert all(rung.kbps >= 150 for rung in hard)


def test_no_stream_is_above_the_highest_bitrate() -> None:
    found = chosen_rungs(probes(30_000), AutoLadder(max_bitrate_kbps=3000))
    assert found[-1].kbps <= 3000
    assert chosen_rungs(probes(9_000_000), AutoLadder(max_bitrate_kbps=200))[0].short_side_px == 240


def test_a_black_picture_is_one_stream() -> None:
    black = {height: [Probe(crf, 97.4, 3) for crf in probed_crfs("h264")] for height in short_sides_px(720)}
    assert len(chosen_rungs(black, AutoLadder())) == 1


def test_without_probes_the_largest_sizes_are_kept() -> None:
    assert usual_rungs(1080, "h264", AutoLadder(max_rungs=2)) == [Rung(720, 23, 0.0, 8000), Rung(1080, 23, 0.0, 8000)]


@pytest.mark.parametrize("codec", ["h264", "h265", "av1"])
def test_probes_lie_in_the_codecs_range(codec: str) -> None:
    low, high = probed_crfs(codec)
    assert RANGES[codec].least <= low < high <= RANGES[codec].most


@given(
    scores=st.lists(
        st.tuples(st.floats(0, 100), st.floats(0, 100), st.integers(0, 10**6), st.integers(0, 10**6)),
        min_size=5,
        max_size=5,
    ),
    limits=st.builds(
        AutoLadder,
        max_rungs=st.integers(1, 10),
        top_vmaf=st.floats(60, 98),
        vmaf_gap=st.floats(2, 40),
        min_bitrate_kbps=st.integers(128, 1000),
        max_bitrate_kbps=st.integers(1001, 100_000),
    ),
)
def test_any_probes_give_a_ladder_within_its_limits(
    scores: list[tuple[float, float, int, int]], limits: AutoLadder
) -> None:
    low, high = probed_crfs("h264")
    found = chosen_rungs(
        {
            height: [Probe(low, good, kbps), Probe(high, bad, less)]
            for height, (good, bad, kbps, less) in zip(short_sides_px(1080), scores, strict=True)
        },
        limits,
    )
    assert 1 <= len(found) <= limits.max_rungs
    assert [rung.kbps for rung in found] == sorted(rung.kbps for rung in found)
    assert all(rung.short_side_px <= 1080 for rung in found)
    if len(found) > 1:
        assert all(limits.min_bitrate_kbps <= rung.kbps for rung in found[:-1])
        assert found[-1].kbps <= limits.max_bitrate_kbps

"""Which crf is probed next and which one is taken, for sources of which the test knows the quality of each crf."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workflows.domain.jobs.stream_limits import CAPPED_QUALITY
from media_workflows.media.jobs.target_vmaf.choice import RANGES, Choice, Probe, chosen, next_crf
from media_workflows.media.jobs.target_vmaf.windows import MOST_PROBES

Quality = Callable[[int], float]


def searched(
    quality: Quality, target: float, codec: str = "h264", most: int = MOST_PROBES
) -> tuple[Choice, list[Probe]]:
    """The choice, and the probes in their order."""
    probes: list[Probe] = []
    while len(probes) < most and (crf := next_crf(codec, target, probes)) is not None:
        probes.append(Probe(crf, quality(crf), 1000))
    return chosen(codec, target, probes), probes


def line(at_23: float, slope: float) -> Quality:
    return lambda crf: max(0.0, min(100.0, at_23 - slope * (crf - 23)))


def curve(crf: int) -> float:
    """Falls faster and faster, as that of films does."""
    return 99.0 - 0.02 * (crf - 10) ** 2


def test_every_codec_with_the_parameter_has_a_range() -> None:
    assert set(RANGES) == set(CAPPED_QUALITY)


@pytest.mark.parametrize("codec", RANGES)
@pytest.mark.parametrize("target", [75, 85, 90, 93, 95, 97])
@pytest.mark.parametrize("quality", [line(93, 1.2), line(97, 0.8), line(85, 1.6), curve])
def test_the_target_is_reached_by_few_probes(quality: Quality, target: float, codec: str) -> None:
    choice, probes = searched(quality, target, codec)
    limits = RANGES[codec]
    reachable = quality(limits.most) <= target <= quality(limits.least)
    assert len(probes) <= MOST_PROBES
    assert not reachable or abs(quality(choice.crf) - target) <= 1.0
    assert not reachable or abs(quality(choice.crf) - choice.vmaf) <= 0.5


def test_a_first_probe_that_meets_the_target_is_enough() -> None:
    assert searched(line(93.2, 1.2), 93) == (Choice(23, 93.2), [Probe(23, 93.2, 1000)])


def test_between_two_probes_the_crf_is_on_their_line() -> None:
    probes = [Probe(22, 95.0, 1), Probe(26, 91.0, 1)]
    assert next_crf("h264", 93, probes) is None
    assert chosen("h264", 93, probes) == Choice(24, 93.0)


def test_probes_far_apart_are_followed_by_one_between_them() -> None:
    probes = [Probe(20, 96.0, 1), Probe(30, 86.0, 1)]
    assert next_crf("h264", 91, probes) == 25


def test_flat_content_gets_the_highest_crf_that_was_probed() -> None:
    """A black picture: nothing is chosen that no probe has seen."""
    choice, probes = searched(lambda _: 97.4, 93)
    assert choice == Choice(max(probe.crf for probe in probes), 97.4)
    assert choice.misses(93, probes)
    assert len(probes) <= MOST_PROBES


def test_a_highest_bitrate_ends_the_search_and_costs_no_bytes() -> None:
    """Below crf 30 the bitrate is at its limit, and the quality stays."""
    choice, probes = searched(lambda crf: min(80.0, 80 - 1.5 * (crf - 30)), 95, most=10)
    assert len(probes) <= 4
    assert choice.crf == max(probe.crf for probe in probes if probe.vmaf >= 79.5)
    assert choice.misses(95, probes)


def test_a_target_between_two_crfs_is_not_missed() -> None:
    choice, probes = searched(line(93, 3.0), 91.5)
    assert (choice.vmaf, choice.misses(91.5, probes)) == (93.0, False)


def test_noise_that_no_crf_encodes_well_stops_at_the_least_crf() -> None:
    choice, probes = searched(line(40, 1.0), 95, most=10)
    assert choice.crf == RANGES["h264"].least
    assert probes[-1].crf == RANGES["h264"].least
    assert choice.misses(95, probes)


def test_one_probe_is_extended_by_two_steps_at_most() -> None:
    assert chosen("h264", 80, [Probe(23, 93.0, 1)]).crf == 25
    assert chosen("h264", 97, [Probe(23, 85.0, 1)]).crf == 21


def test_scores_that_rise_with_the_crf_are_no_trouble() -> None:
    probes = [Probe(20, 92.0, 1), Probe(24, 93.6, 1), Probe(28, 90.0, 1)]
    assert chosen("h264", 93, probes) == Choice(25, 92.7)
    assert next_crf("h264", 96, probes[:2]) is None


@given(
    codec=st.sampled_from(sorted(RANGES)),
    scores=st.dictionaries(st.integers(0, 51), st.floats(0, 100), min_size=1, max_size=6),
    target=st.floats(40, 98),
)
def test_any_probes_give_a_crf_in_range_and_order_is_no_matter(
    codec: str, scores: dict[int, float], target: float
) -> None:
    limits = RANGES[codec]
    probes = [Probe(crf, vmaf, 1) for crf, vmaf in scores.items() if limits.least <= crf <= limits.most]
    if not probes:
        probes = [Probe(limits.start, 90.0, 1)]
    choice = chosen(codec, target, probes)
    assert limits.least <= choice.crf <= limits.most
    assert choice == chosen(codec, target, probes[::-1])
    wanted = next_crf(codec, target, probes)
    assert wanted is None or (limits.least <= wanted <= limits.most and wanted not in {one.crf for one in probes})


@given(codec=st.sampled_from(sorted(RANGES)), at=st.floats(60, 99), slope=st.floats(0.2, 3), target=st.floats(60, 96))
def test_a_higher_target_never_gives_a_higher_crf(codec: str, at: float, slope: float, target: float) -> None:
    quality = line(at, slope)
    lower, _ = searched(quality, target, codec, most=10)
    higher, _ = searched(quality, target + 2, codec, most=10)
    assert higher.crf <= lower.crf

"""Estimates from past runs: the line through their points, and how far it is off on a further clip."""

from __future__ import annotations

import random

import pytest

from media_workflows.domain.costs.learned import (
    FEWEST_RUNS,
    PastStep,
    SourceWork,
    corrected_trial,
    fitted,
    learned_cost,
)


def past(*durations_s: float, fixed_s: float = 1.0, each_s: float = 2.0, noise: float = 0.0) -> list[PastStep]:
    random.seed(7)
    costs_s = [(fixed_s + each_s * one) * random.uniform(1 - noise, 1 + noise) for one in durations_s]
    costs = zip(durations_s, costs_s, strict=True)
    return [PastStep(SourceWork(one), cost, cost / 2, round(1000 * one)) for one, cost in costs]


def test_a_fixed_part_and_a_part_per_second_are_found() -> None:
    found = learned_cost(past(1, 2, 5, 10, 30), SourceWork(60))
    assert found is not None
    assert (found.cpu_s, found.wall_s, found.bytes_out, found.runs) == (121.0, 60.5, 60_000, 5)


def test_too_few_runs_teach_nothing() -> None:
    assert learned_cost(past(*range(1, FEWEST_RUNS)), SourceWork(10)) is None
    assert learned_cost(past(1, 2, 3, 4, 5), SourceWork(0)) is None
    assert (
        learned_cost([*past(1, 2, 3, 4), PastStep(SourceWork(0), 1, 1, 1)], SourceWork(10)) is None
    )  # a source without duration


def test_sources_of_one_length_give_no_fixed_part() -> None:
    found = learned_cost(past(10, 10, 10.01, 10, 10), SourceWork(20))
    assert found is not None
    assert found.cpu_s == pytest.approx(42, rel=0.01)


@pytest.mark.parametrize("at", [3.0, 20.0, 90.0])
def test_noise_of_ten_percent_stays_below_25_percent(at: float) -> None:
    found = learned_cost(past(2, 4, 8, 16, 60, noise=0.1), SourceWork(at))
    assert found is not None
    assert found.cpu_s == pytest.approx(1 + 2 * at, rel=0.25)


def test_neither_part_is_negative() -> None:
    seconds = [SourceWork(one) for one in (1, 2, 3)]
    assert fitted(seconds, [0.1, 2.1, 4.1], SourceWork(0.5)) > 0  # the line through the points is negative there
    assert fitted(seconds, [3, 2, 1], SourceWork(100)) > 0  # longer sources were cheaper
    assert fitted(seconds[:2], [0, 0], SourceWork(5)) == 0


SIZES = {"phone": (720, 1280, 30.0), "small": (320, 240, 15.0), "hd": (1920, 1080, 25.0), "sd": (1024, 576, 50.0)}


def source(name: str, seconds: float, megabytes: float = 1.0) -> SourceWork:
    width, height, fps = SIZES[name]
    return SourceWork(seconds, seconds * fps, seconds * fps * width * height / 1e6, megabytes)


def test_pixels_are_found_where_they_cost() -> None:
    """Renditions of the source's size."""
    sources = [source("phone", 8), source("small", 30), source("hd", 5), source("sd", 12), source("hd", 20)]
    costs = [0.5 + 0.02 * one.megapixels for one in sources]
    at = source("hd", 60)
    assert fitted(sources, costs, at) == pytest.approx(0.5 + 0.02 * at.megapixels, rel=0.01)


def test_frames_are_found_where_the_output_has_one_size() -> None:
    sources = [source("phone", 8), source("small", 30), source("hd", 5), source("sd", 12), source("hd", 20)]
    costs = [0.5 + 0.03 * one.frames for one in sources]
    assert fitted(sources, costs, source("small", 9)) == pytest.approx(0.5 + 0.03 * 135, rel=0.01)


def test_content_that_is_hard_to_encode_is_found_by_its_bytes() -> None:
    megabytes = (0.1, 40.0, 3.0, 0.5, 12.0, 6.0)
    sources = [source("hd", 10 + number, size) for number, size in enumerate(megabytes)]
    costs = [1 + 0.004 * one.megapixels + 0.5 * one.megabytes for one in sources]
    at = source("hd", 12, 25.0)
    assert fitted(sources, costs, at) == pytest.approx(1 + 0.004 * at.megapixels + 12.5, rel=0.05)


def test_a_source_without_picture_is_estimated_by_its_duration() -> None:
    sources = [SourceWork(float(seconds), megabytes=1.0) for seconds in (10, 20, 40, 50, 90)]
    costs = [0.2 + 0.05 * one.seconds for one in sources]
    assert fitted(sources, costs, SourceWork(100, megabytes=2.0)) == pytest.approx(5.2, rel=0.01)


def test_a_trial_measures_the_source_and_past_runs_the_overhead() -> None:
    """Contents whose encodes differ by a factor of ten; reading and verifying take 1 s and 20 ms for each frame."""
    hardness = (0.01, 0.1, 0.03, 0.06, 0.02)
    past_steps = []
    for number, each_s in enumerate(hardness):
        one = source("hd", 10 + number)
        encode_s, besides_s = each_s * one.frames, 1 + 0.02 * one.frames
        cpu_s = encode_s + besides_s
        past_steps.append(PastStep(one, cpu_s, cpu_s * 0.8, 1000, commands_cpu_s=encode_s))
    at = source("hd", 12)
    found = corrected_trial(past_steps, at, trial_cpu_s=0.09 * at.frames)
    assert found is not None
    assert found.cpu_s == pytest.approx(0.09 * at.frames + 1 + 0.02 * at.frames, rel=0.01)
    assert found.wall_s == pytest.approx(found.cpu_s * 0.8, rel=0.01)
    assert found.runs == 5


def test_runs_of_a_version_that_did_not_record_commands_correct_no_trial() -> None:
    assert corrected_trial(past(1, 2, 3, 4, 5), SourceWork(10), 5.0) is None

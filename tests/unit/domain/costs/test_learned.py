"""Estimates from past runs: the line through their points, and how far it is off on a further clip."""

from __future__ import annotations

import random

import pytest

from media_workflows.domain.costs.learned import FEWEST_RUNS, PastStep, fitted, learned_cost


def past(*durations_s: float, fixed_s: float = 1.0, each_s: float = 2.0, noise: float = 0.0) -> list[PastStep]:
    random.seed(7)
    costs_s = [(fixed_s + each_s * one) * random.uniform(1 - noise, 1 + noise) for one in durations_s]
    return [PastStep(one, cost, cost / 2, round(1000 * one)) for one, cost in zip(durations_s, costs_s, strict=True)]


def test_a_fixed_part_and_a_part_per_second_are_found() -> None:
    found = learned_cost(past(1, 2, 5, 10, 30), 60)
    assert found is not None
    assert (found.cpu_s, found.wall_s, found.bytes_out, found.runs) == (121.0, 60.5, 60_000, 5)


def test_too_few_runs_teach_nothing() -> None:
    assert learned_cost(past(*range(1, FEWEST_RUNS)), 10) is None
    assert learned_cost(past(1, 2, 3, 4, 5), 0) is None
    assert learned_cost([*past(1, 2, 3, 4), PastStep(0, 1, 1, 1)], 10) is None  # a source without duration


def test_sources_of_one_length_give_no_fixed_part() -> None:
    found = learned_cost(past(10, 10, 10.01, 10, 10), 20)
    assert found is not None
    assert found.cpu_s == pytest.approx(42, rel=0.01)


@pytest.mark.parametrize("at", [3.0, 20.0, 90.0])
def test_noise_of_ten_percent_stays_below_25_percent(at: float) -> None:
    found = learned_cost(past(2, 4, 8, 16, 60, noise=0.1), at)
    assert found is not None
    assert found.cpu_s == pytest.approx(1 + 2 * at, rel=0.25)


def test_neither_part_is_negative() -> None:
    assert fitted([1, 2, 3], [0.1, 2.1, 4.1], 0.5) > 0  # the line through the points is negative there
    assert fitted([1, 2, 3], [3, 2, 1], 100) > 0  # longer sources were cheaper
    assert fitted([1, 2], [0, 0], 5) == 0

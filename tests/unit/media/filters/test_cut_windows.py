"""Which cuts are read from one input."""

from __future__ import annotations

from media_workflows.media.filters.cut_windows import MOST_INPUTS, NEAR_S, Range, cut_windows
from media_workflows.media.filters.trim import Trim


def windows(*ranges: tuple[float, float], key: str = "", lead_s: float = 0.0, seeks: bool = True) -> list[list[float]]:
    """Start and end of each cut's window."""
    trims = [Trim(start_s, end_s - start_s, whole=False, lead_s=lead_s) for start_s, end_s in ranges]
    made = cut_windows([Range(key, trim, seeks) for trim in trims])
    return [[one.start_s, one.start_s + one.length_s] for one in made]


def test_near_cuts_share_an_input() -> None:
    assert windows((5, 6), (6, 7), (7 + NEAR_S, 20)) == [[5, 20]] * 3
    assert windows((5, 6), (6.1 + NEAR_S, 20)) == [[5, 6], [6.1 + NEAR_S, 20]]


def test_frames_of_a_later_cut_do_not_wait_for_an_earlier_one() -> None:
    for ranges in ([(5, 6), (5, 6)], [(5, 6), (5.5, 7)], [(5, 6), (1, 2)]):
        assert windows(*ranges) == [list(one) for one in ranges]
    assert windows((5, 6), (7, 8), lead_s=10) == [[5, 6], [7, 8]]
    assert windows((5, 6), (17, 18), lead_s=10) == [[5, 18]] * 2


def test_each_file_has_inputs_of_its_own() -> None:
    trims = [Trim(start_s, 1, whole=False) for start_s in (0, 1, 2)]
    made = cut_windows([Range(key, trim, True) for key, trim in zip(("", "other", ""), trims, strict=True)])
    assert made == trims


def test_a_file_that_is_read_from_its_start_is_read_once() -> None:
    assert windows((5, 6), (100, 101), (90, 91), seeks=False) == [[5, 101], [5, 101], [90, 91]]


def test_of_equal_gaps_no_more_are_read_over_than_have_to_be() -> None:
    made = windows(*((number * 60, number * 60 + 1) for number in range(MOST_INPUTS + 8)))
    assert len({tuple(one) for one in made}) == MOST_INPUTS
    assert made[-1][0] == (MOST_INPUTS + 7) * 60


def test_many_cuts_far_apart_share_inputs_over_the_shortest_gaps() -> None:
    starts_s = [number * 100 + number**2 for number in range(40)]
    made = windows(*((start_s, start_s + 1) for start_s in starts_s))
    assert len({tuple(one) for one in made}) == MOST_INPUTS
    assert made[-1] == [starts_s[-1], starts_s[-1] + 1]

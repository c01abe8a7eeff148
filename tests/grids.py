"""Tests marked `grid`: `make test` runs each value of a parameter at least once, `make test-full` all combinations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest

Choice = tuple[tuple[str, ...], str]  # the names that one decorator gives, and the values


def leave_combinations_to_full(items: Iterable[pytest.Item]) -> None:
    """Mark as `full` those combinations of a grid that `make test` leaves out."""
    grids: dict[str, list[pytest.Function]] = defaultdict(list)
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("grid"):
            grids[item.nodeid.partition("[")[0]].append(item)
    for grid in grids.values():
        kept = covering([_choices(item) for item in grid])
        for number, item in enumerate(grid):
            if number not in kept:
                item.add_marker(pytest.mark.full)


def covering(combinations: list[set[Choice]]) -> set[int]:
    """Numbers of combinations that together have every value: the one with the most new values first."""
    kept: set[int] = set()
    missing: set[Choice] = set().union(*combinations)
    while missing:
        best = max(range(len(combinations)), key=lambda number: len(combinations[number] & missing))
        kept.add(best)
        missing -= combinations[best]
    return kept


def _choices(item: pytest.Function) -> set[Choice]:
    """What each decorator, or fixture with parameters, has chosen for this test."""
    params = item.callspec.params
    together = [_names(mark.args[0]) for mark in item.iter_markers("parametrize")]
    alone = [(name,) for name in params if not any(name in names for names in together)]
    return {(names, repr([params[name] for name in names])) for names in [*together, *alone]}


def _names(written: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in written.split(",")) if isinstance(written, str) else tuple(written)

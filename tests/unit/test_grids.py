"""What `make test` keeps of a grid."""

from __future__ import annotations

from grids import Choice, covering


def _grid(*sizes: int) -> list[set[Choice]]:
    combinations: list[set[Choice]] = [set()]
    for name, size in enumerate(sizes):
        combinations = [one | {((str(name),), str(value))} for one in combinations for value in range(size)]
    return combinations


def test_every_value_is_kept_once_where_both_have_as_many() -> None:
    grid = _grid(4, 4)
    kept = covering(grid)
    assert len(kept) == 4
    assert set().union(*(grid[number] for number in kept)) == set().union(*grid)


def test_every_value_is_kept_where_one_has_more() -> None:
    grid = _grid(2, 5, 3)
    kept = covering(grid)
    assert len(kept) == 5
    assert set().union(*(grid[number] for number in kept)) == set().union(*grid)


def test_a_value_of_an_irregular_grid_is_kept() -> None:
    grid = [one for one in _grid(3, 3) if one != {(("0",), "0"), (("1",), "0")}]
    assert set().union(*(grid[number] for number in covering(grid))) == set().union(*grid)

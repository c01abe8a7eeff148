"""Least squares of relative errors without negative parts, for two or three parts. Pure, without a library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

_SINGULAR = 1e-9  # of a matrix whose diagonal is 1: parts that cannot be separated


@dataclass(frozen=True)
class Sums:
    """The normal equations of rows that are divided by their costs: the matrix, and its right side."""

    matrix: tuple[tuple[float, ...], ...]
    right: tuple[float, ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[float]], costs: Sequence[float]) -> Sums:
        """Those of all rows. Each cost is more than 0."""
        size = len(rows[0])
        scaled = [[value / cost for value in row] for row, cost in zip(rows, costs, strict=True)]
        matrix = tuple(tuple(sum(row[i] * row[j] for row in scaled) for j in range(size)) for i in range(size))
        return cls(matrix, tuple(sum(row[i] for row in scaled) for i in range(size)))

    def without(self, row: Sequence[float], cost: float) -> Sums:
        """Those of all rows but this one."""
        scaled = [value / cost for value in row]
        matrix = tuple(
            tuple(self.matrix[i][j] - scaled[i] * scaled[j] for j in range(len(scaled))) for i in range(len(scaled))
        )
        return Sums(matrix, tuple(right - value for right, value in zip(self.right, scaled, strict=True)))

    def coefficients(self) -> tuple[float, ...]:
        """The parts, none negative, with the least sum of squares: each subset of parts is tried."""
        size = len(self.right)
        best, most = (0.0,) * size, 0.0
        for count in range(1, size + 1):
            for chosen in combinations(range(size), count):
                found = _solved([[self.matrix[i][j] for j in chosen] for i in chosen], [self.right[i] for i in chosen])
                if found is None or min(found) < 0:
                    continue
                explained = sum(value * self.right[i] for i, value in zip(chosen, found, strict=True))
                if explained > most * (1 + 1e-9):  # what is left of the squares is their sum less this
                    best, most = tuple(found[chosen.index(i)] if i in chosen else 0.0 for i in range(size)), explained
        return best


def _solved(matrix: list[list[float]], right: list[float]) -> list[float] | None:
    """The solution of a symmetric system by Gauss; None = it is singular. Rows are scaled to a diagonal of 1."""
    size = len(right)
    scale = [matrix[i][i] ** 0.5 for i in range(size)]
    if min(scale) <= 0:
        return None
    rows = [[matrix[i][j] / (scale[i] * scale[j]) for j in range(size)] + [right[i] / scale[i]] for i in range(size)]
    for i in range(size):
        if abs(rows[i][i]) < _SINGULAR:
            return None
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        known = sum(rows[i][j] * found[j] for j in range(i + 1, size))
        found[i] = (rows[i][size] - known) / rows[i][i]
    return [value / scale[i] for i, value in enumerate(found)]

"""Markdown tables, and the few statistics that go into them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """One printed table with its title, and notes below it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default_factory=tuple)

    def markdown(self) -> str:
        """The table as Markdown."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        notes = "".join(f"\n- {note}" for note in self.notes)
        return f"### {self.title}\n\n{body}\n{notes and chr(10) + notes[1:].rstrip() + chr(10)}"


def median(values: Sequence[float]) -> float:
    """The median; not-a-number without values."""
    return statistics.median(values) if values else math.nan


def percentile(values: Sequence[float], percent: float) -> float:
    """By the nearest-rank rule (of ten values the 90th percentile is the ninth); not-a-number without values."""
    return sorted(values)[max(math.ceil(percent / 100 * len(values)), 1) - 1] if values else math.nan


def p90(values: Sequence[float]) -> float:
    """The 90th percentile by the nearest-rank rule; not-a-number without values."""
    return percentile(values, 90)


def seconds(value: float) -> str:
    """Two decimals."""
    return "n/a" if math.isnan(value) else f"{value:.2f}"


def ratio(value: float, baseline: float) -> str:
    """`value` ÷ `baseline`, two decimals."""
    return "n/a" if math.isnan(value / baseline) else f"{value / baseline:.2f}"

"""How far what was found is from what is known to be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.labelled_set import Boundary, Caption

_EDGE_S = 0.05  # of a caption, which is neither quite there nor quite gone
_TOLERANCE_S = 0.12  # of a cut, three frames at 25 a second


def edit_distance(one: str, other: str) -> int:
    """Insertions, deletions and replacements from one to the other."""
    row = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        before, row = row, [i]
        for j, theirs in enumerate(other, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (mine != theirs)))
    return row[-1]


def character_error_rate(
    captions: Sequence[Caption], times_s: Iterable[float], lines_at: Callable[[float], Iterable[str]]
) -> float:
    """Over all captions that stand at these times: edits to the nearest line that was found, by characters.

    White space and case do not count; a caption that was not found has all its characters wrong.
    """
    wrong = characters = 0
    for time_s in times_s:
        found = [_bare(line) for line in lines_at(time_s)]
        for caption in captions:
            if caption.start_s + _EDGE_S <= time_s < caption.end_s - _EDGE_S:
                wanted = _bare(caption.text)
                characters += len(wanted)
                wrong += min([len(wanted), *(edit_distance(wanted, line) for line in found)])
    return wrong / characters


def _bare(text: str) -> str:
    return "".join(text.split()).lower()


@dataclass
class Score:
    """Counts of found and right, found and wrong, not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found_s: Iterable[float], labels: Iterable[Boundary]) -> None:
        """Each label can be found once."""
        left = list(labels)
        for time_s in found_s:
            hit = next((b for b in left if b.start_s - _TOLERANCE_S <= time_s <= b.end_s + _TOLERANCE_S), None)
            if hit is None:
                self.wrong += 1
            else:
                self.right += 1
                left.remove(hit)
        self.missed += len(left)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def word_hits(sentences: Iterable[str], said: str) -> tuple[int, int]:
    """How many words of the sentences were recognised, and how many there are. Their order does not count."""
    left = said.split()
    words = [word for sentence in sentences for word in sentence.split()]
    hits = 0
    for word in words:
        if word in left:
            left.remove(word)
            hits += 1
    return hits, len(words)

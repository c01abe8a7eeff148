"""Paragraphs of a transcript: parted where the words change, or the speaker pauses (Hearst's TextTiling). Pure."""

from __future__ import annotations

import math
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean, pstdev

from media_workflows.intelligence.decisions.sentences import Sentence

MOST_PARAGRAPHS = 50
_BLOCK = 6  # sentences on each side of a gap that are compared
_LEAST_SENTENCES, _LEAST_S = 3, 30.0  # of a paragraph
_WALK = 20  # gaps to each side in which a peak is searched
_FULL_PAUSE_S, _PAUSE_WEIGHT = 3.0, 0.5  # a pause this long counts as much as half of a complete change of words


def paragraphs(sentences: Sequence[Sentence], keys: Sequence[Sequence[str]]) -> list[range]:
    """The numbers of the sentences of each paragraph. `keys` are the terms of each.

    There are at most `MOST_PARAGRAPHS`; the time is about linear in the number of sentences.
    """
    borders = sorted(_borders(sentences, _depths(sentences, keys)))
    return [range(start, end) for start, end in pairwise([0, *borders, len(sentences)])]


def _depths(sentences: Sequence[Sentence], keys: Sequence[Sequence[str]]) -> list[float]:
    """How much each sentence is parted from the one before it; 0 for the first one."""
    alike = [_alike(keys[max(0, at - _BLOCK) : at], keys[at : at + _BLOCK]) for at in range(1, len(keys))]
    pauses_s = [two.start_s - one.end_s for one, two in pairwise(sentences)]
    depths = (
        _peak(alike, at, -1) + _peak(alike, at, 1) - 2 * alike[at] + _PAUSE_WEIGHT * min(1.0, pause_s / _FULL_PAUSE_S)
        for at, pause_s in enumerate(pauses_s)
    )
    return [0.0, *depths]


def _alike(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> float:
    """The cosine of the counts of terms, 0 to 1."""
    one, two = (Counter(key for keys in block for key in keys) for block in (before, after))
    product = sum(count * two[key] for key, count in one.items())
    sizes = math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in two.values()))
    return product / sizes if sizes else 0.0


def _peak(alike: Sequence[float], at: int, step: int) -> float:
    """The top of the hill beside a gap."""
    top = alike[at]
    for beside in range(at + step, at + step * _WALK, step):
        if not 0 <= beside < len(alike) or alike[beside] < top:
            break
        top = alike[beside]
    return top


def _borders(sentences: Sequence[Sentence], depths: Sequence[float]) -> Iterator[int]:
    """The first sentences of paragraphs, the clearest first: deeper than Hearst's limit, and far enough apart."""
    least_depth = fmean(depths) - pstdev(depths) / 2
    taken = [0, len(sentences)]
    for at in sorted(range(1, len(depths)), key=lambda at: -depths[at]):
        if depths[at] <= max(0.0, least_depth) or len(taken) > MOST_PARAGRAPHS:
            return
        place = bisect(taken, at)
        if _is_room(sentences, taken[place - 1], at) and _is_room(sentences, at, taken[place]):
            taken.insert(place, at)
            yield at


def _is_room(sentences: Sequence[Sentence], start: int, end: int) -> bool:
    """Whether these sentences are enough for a paragraph, of a long transcript a longer one."""
    least_s = max(_LEAST_S, (sentences[-1].end_s - sentences[0].start_s) / (4 * MOST_PARAGRAPHS))
    return end - start >= _LEAST_SENTENCES and sentences[end - 1].end_s - sentences[start].start_s >= least_s

"""Search for words in a text, in all spellings: `ＦＯＯ`, `f o o`, `f.o.o`, 臺/台."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from media_workflows.domain.words import WordSample
from media_workflows.intelligence.decisions.normal_text import NormalText, is_alphabetic, normal_text

MAX_GAP = 3  # characters between two of a word: more would be coincidence
_FEW = 2  # keywords with fewer letters ('C#', '#1') are compared with punctuation


class WordHit(NamedTuple):
    """An occurrence of a word, at original[start:end]."""

    word: WordSample
    start: int
    end: int


class WordFinder:
    """Finds the words of a list. Create it once for many texts."""

    def __init__(self, words: Sequence[WordSample]) -> None:
        plain = [(word, normal_text(word.keyword).text) for word in words]
        self._plain = [(word, needle) for word, needle in plain if len(needle) >= _FEW]
        self._exact = [
            (word, normal_text(word.keyword, keep_punctuation=True).text)
            for word, needle in plain
            if len(needle) < _FEW
        ]

    def find(self, original: str) -> list[WordHit]:
        """All occurrences of all words, in the order of the text."""
        hits = [*_hits(original, normal_text(original), self._plain)]
        if self._exact:
            hits += _hits(original, normal_text(original, keep_punctuation=True), self._exact)
        return sorted(hits, key=lambda hit: (hit.start, hit.end))


def _hits(original: str, text: NormalText, needles: Sequence[tuple[WordSample, str]]) -> Iterator[WordHit]:
    for word, needle in needles:
        at = text.text.find(needle)
        while at >= 0:
            hit = WordHit(word, text.positions[at], text.positions[at + len(needle) - 1] + 1)
            if text.widest_gap(at, at + len(needle)) <= MAX_GAP and _stands_alone(original, hit):
                yield hit
            at = text.text.find(needle, at + 1)


def _stands_alone(original: str, hit: WordHit) -> bool:
    """Whether the hit is not part of a longer word: 'ass' is not found in 'class'. Chinese has no word boundaries."""
    return not _joins(original, hit.start - 1, hit.start) and not _joins(original, hit.end - 1, hit.end)


def _joins(original: str, left: int, right: int) -> bool:
    if left < 0 or right >= len(original):
        return False
    return is_alphabetic(original[left]) and is_alphabetic(original[right])

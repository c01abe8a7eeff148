"""Listed words in a text, however they are written: `ＦＯＯ`, `f o o`, `f.o.o`, 臺/台."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from media_workflows.domain.words import WordSample
from media_workflows.intelligence.decisions.normal_text import NormalText, is_alphabetic, normal_text

MAX_GAP = 3  # characters between two of a word's: with more it is chance
_FEW = 2  # a keyword with fewer letters ('C#', '#1') is nothing without its punctuation


class WordHit(NamedTuple):
    """A word, at original[start:end]."""

    word: WordSample
    start: int
    end: int


class WordFinder:
    """Finds the words of a list. Make it once, use it for every text."""

    def __init__(self, words: Sequence[WordSample]) -> None:
        plain = [(word, normal_text(word.keyword).text) for word in words]
        self._plain = [(word, needle) for word, needle in plain if len(needle) >= _FEW]
        self._exact = [
            (word, normal_text(word.keyword, keep_punctuation=True).text)
            for word, needle in plain
            if len(needle) < _FEW
        ]

    def find(self, original: str) -> list[WordHit]:
        """Every place of every word, in the order of the text."""
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
    """A word of an alphabet is no part of a longer one: 'ass' is not in 'class'. Chinese has no such borders."""
    return not _joins(original, hit.start - 1, hit.start) and not _joins(original, hit.end - 1, hit.end)


def _joins(original: str, left: int, right: int) -> bool:
    if left < 0 or right >= len(original):
        return False
    return is_alphabetic(original[left]) and is_alphabetic(original[right])

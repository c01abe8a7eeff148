"""Subtitle cues of a transcript: short lines, split at punctuation and pauses, and shown long enough to be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from media_workflows.domain.features import Utterance
from media_workflows.domain.spoken_words import (
    SpokenWord,
    ends_clause,
    ends_sentence,
    is_mostly_cjk,
    joined,
    spoken_words,
)
from media_workflows.intelligence.features.chinese_words import whole_chinese_words

_LINES = 2
_LONGEST_S, _SHORTEST_S = 7.0, 1.0
_LINGER_S = 2.0  # that a cue may stay after its last word, to be read
_PAUSE_S = 0.5  # that ends a cue


class _Rules(NamedTuple):
    """Characters of a line, and per second: Netflix's style guides for English (42, 20) and Chinese (16, 9).

    A Chinese line may have 20, so that fewer words are cut.
    """

    line: int
    per_second: float


_ENGLISH, _CHINESE = _Rules(42, 20.0), _Rules(20, 9.0)


class Cue(NamedTuple):
    """A cue: its time, in seconds, and one or two lines."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]


def cues(transcript: Iterable[Utterance]) -> list[Cue]:
    """The cues, in order, none of which overlaps the next.

    Speech without pauses that is faster than one can read stays too fast: nothing is left out.
    """
    groups = [
        (group, _rules(one.text))
        for one in transcript
        for group in _groups(whole_chinese_words(spoken_words(one)), _rules(one.text))
    ]
    ends = [*(group[0].start_s for group, _ in groups[1:]), float("inf")]
    return [_cue(group, rules, end_s) for (group, rules), end_s in zip(groups, ends, strict=False)]


def _rules(text: str) -> _Rules:
    return _CHINESE if is_mostly_cjk(text) else _ENGLISH


def _groups(pieces: Sequence[SpokenWord], rules: _Rules) -> list[list[SpokenWord]]:
    """The pieces of each cue: they fit, and end at a sentence, else a pause, else a clause, else a word."""
    groups: list[list[SpokenWord]] = []
    left = list(pieces)
    while left:
        fits = 1
        while fits < len(left) and _fits(left[: fits + 1], rules):
            fits += 1
        end = _end(left, fits, rules)
        groups.append(left[:end])
        left = left[end:]
    return groups


def _fits(pieces: Sequence[SpokenWord], rules: _Rules) -> bool:
    return pieces[-1].end_s - pieces[0].start_s <= _LONGEST_S and len(_lines(pieces, rules)) <= _LINES


def _end(pieces: Sequence[SpokenWord], fits: int, rules: _Rules) -> int:
    """How many of the first `fits` pieces the cue has. A pause or sentence ends it early; a clause only if it must."""
    pauses = [pieces[i].start_s - pieces[i - 1].end_s for i in range(1, min(fits + 1, len(pieces)))]
    fits = next((i for i, pause_s in enumerate(pauses, 1) if pause_s >= _PAUSE_S), fits)
    sentences = [i for i in range(1, fits + 1) if ends_sentence(pieces[i - 1].text)]
    if sentences:  # short ones share a line
        return max((i for i in sentences if len(joined(pieces[:i])) <= rules.line), default=sentences[0])
    if fits == len(pieces) or pauses[fits - 1] >= _PAUSE_S:
        return fits
    clauses = [i for i in range(1, fits + 1) if ends_clause(pieces[i - 1].text)]
    if clauses and 3 * clauses[-1] >= fits:  # not one word alone
        return clauses[-1]
    return max(range((fits + 1) // 2, fits + 1), key=lambda i: (pauses[i - 1], i))


def _lines(pieces: Sequence[SpokenWord], rules: _Rules) -> list[str]:
    """The text in lines: one if it fits, else broken after punctuation, or where both are about as long."""
    whole = joined(pieces)
    if len(whole) <= rules.line:
        return [whole]
    halves = [(joined(pieces[:i]), joined(pieces[i:]), _is_end(pieces[i - 1].text)) for i in range(1, len(pieces))]
    fitting = [half for half in halves if max(len(half[0]), len(half[1])) <= rules.line]
    if not fitting:
        return _filled(pieces, rules)
    first, second, _ = min(fitting, key=lambda h: abs(len(h[0]) - len(h[1])) - 10 * h[2])
    return [first, second]


def _is_end(text: str) -> bool:
    return ends_clause(text) or ends_sentence(text)


def _filled(pieces: Sequence[SpokenWord], rules: _Rules) -> list[str]:
    """As many words as fit in each line; a word that is longer than a line has one of its own."""
    lines: list[list[SpokenWord]] = [[]]
    for piece in pieces:
        if lines[-1] and len(joined([*lines[-1], piece])) > rules.line:
            lines.append([])
        lines[-1].append(piece)
    return [joined(line) for line in lines]


def _cue(pieces: Sequence[SpokenWord], rules: _Rules, next_s: float) -> Cue:
    """Shown from the first word until it is read, at most two seconds after the last word or until the next cue."""
    lines = _lines(pieces, rules)
    start_s, spoken_s = pieces[0].start_s, max(piece.end_s for piece in pieces)
    read_s = start_s + max(_SHORTEST_S, sum(map(len, lines)) / rules.per_second)
    end_s = min(max(spoken_s, min(read_s, spoken_s + _LINGER_S)), max(next_s, start_s))
    return Cue(round(start_s, 3), round(max(end_s, start_s + 0.001), 3), tuple(lines))

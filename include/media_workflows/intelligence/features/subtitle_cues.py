"""Subtitle cues of a transcript: short lines, split at punctuation and pauses, and shown long enough to be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from media_workflows.domain.features import Span, Utterance

_LINES = 2
_LONGEST_S, _SHORTEST_S = 7.0, 1.0
_LINGER_S = 2.0  # that a cue may stay after its last word, to be read
_PAUSE_S = 0.5  # that ends a cue
_SENTENCE, _CLAUSE = ".!?…。！？", ",;:，；：、"
_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_PIECE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")


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


class _Piece(NamedTuple):
    """A word with the punctuation after it; `gap` is whether a space precedes it."""

    start_s: float
    end_s: float
    text: str
    gap: bool


def cues(transcript: Iterable[Utterance]) -> list[Cue]:
    """The cues, in order, none of which overlaps the next.

    Speech without pauses that is faster than one can read stays too fast: nothing is left out.
    """
    groups = [(group, _rules(one.text)) for one in transcript for group in _groups(_pieces(one), _rules(one.text))]
    ends = [*(group[0].start_s for group, _ in groups[1:]), float("inf")]
    return [_cue(group, rules, end_s) for (group, rules), end_s in zip(groups, ends, strict=False)]


def _rules(text: str) -> _Rules:
    return _CHINESE if 2 * len(_CJK.findall(text)) > len(re.sub(r"\s", "", text)) else _ENGLISH


def _pieces(utterance: Utterance) -> list[_Piece]:
    """The text as words, each with the punctuation after it."""
    text = " ".join(utterance.text.split())
    times = _times(text, utterance)
    pieces: list[_Piece] = []
    for match in _PIECE.finditer(text):
        start_s, end_s = times[match.start()].start_s, times[match.end() - 1].end_s
        if pieces and not utterance.words:
            start_s = pieces[-1].end_s  # a space is no pause
        gap = match.start() > 0 and text[match.start() - 1] == " "
        if pieces and not gap and set(match.group()) <= set(_SENTENCE + _CLAUSE):
            last = pieces[-1]
            pieces[-1] = last._replace(text=last.text + match.group(), end_s=max(end_s, last.end_s))
        else:
            pieces.append(_Piece(start_s, end_s, match.group(), gap))
    return pieces


def _times(text: str, utterance: Utterance) -> list[Span]:
    """The span of each character: by the words, if each is found in the text in turn, else by its share of the time."""
    spans: list[Span] = []
    for word in utterance.words:
        start = text.find(word.text, len(spans))
        if start < 0:
            return _shares(utterance, len(text))
        before_s = spans[-1].end_s if spans else word.start_s
        spans += [Span(start_s=before_s, end_s=before_s)] * (start - len(spans))
        spans += _shares(word, len(word.text))
    if not spans:
        return _shares(utterance, len(text))
    return spans + [Span(start_s=spans[-1].end_s, end_s=spans[-1].end_s)] * (len(text) - len(spans))


def _shares(span: Span, count: int) -> list[Span]:
    """The span in `count` equal parts."""
    step_s = (span.end_s - span.start_s) / max(1, count)
    return [Span(start_s=span.start_s + i * step_s, end_s=span.start_s + (i + 1) * step_s) for i in range(count)]


def _groups(pieces: Sequence[_Piece], rules: _Rules) -> list[list[_Piece]]:
    """The pieces of each cue: they fit, and end at a sentence, else a pause, else a clause, else a word."""
    groups: list[list[_Piece]] = []
    left = list(pieces)
    while left:
        fits = 1
        while fits < len(left) and _fits(left[: fits + 1], rules):
            fits += 1
        end = _end(left, fits, rules)
        groups.append(left[:end])
        left = left[end:]
    return groups


def _fits(pieces: Sequence[_Piece], rules: _Rules) -> bool:
    return pieces[-1].end_s - pieces[0].start_s <= _LONGEST_S and len(_lines(pieces, rules)) <= _LINES


def _end(pieces: Sequence[_Piece], fits: int, rules: _Rules) -> int:
    """How many of the first `fits` pieces the cue has. A pause or sentence ends it early; a clause only if it must."""
    pauses = [pieces[i].start_s - pieces[i - 1].end_s for i in range(1, min(fits + 1, len(pieces)))]
    fits = next((i for i, pause_s in enumerate(pauses, 1) if pause_s >= _PAUSE_S), fits)
    sentences = [i for i in range(1, fits + 1) if pieces[i - 1].text[-1] in _SENTENCE]
    if sentences:  # short ones share a line
        return max((i for i in sentences if len(_text(pieces[:i])) <= rules.line), default=sentences[0])
    if fits == len(pieces) or pauses[fits - 1] >= _PAUSE_S:
        return fits
    clauses = [i for i in range(1, fits + 1) if pieces[i - 1].text[-1] in _CLAUSE]
    if clauses and 3 * clauses[-1] >= fits:  # not one word alone
        return clauses[-1]
    return max(range((fits + 1) // 2, fits + 1), key=lambda i: (pauses[i - 1], i))


def _lines(pieces: Sequence[_Piece], rules: _Rules) -> list[str]:
    """The text in lines: one if it fits, else broken after punctuation, or where both are about as long."""
    whole = _text(pieces)
    if len(whole) <= rules.line:
        return [whole]
    halves = [(_text(pieces[:i]), _text(pieces[i:]), pieces[i - 1].text[-1]) for i in range(1, len(pieces))]
    fitting = [half for half in halves if max(len(half[0]), len(half[1])) <= rules.line]
    if not fitting:
        return _filled(pieces, rules)
    first, second, _ = min(fitting, key=lambda h: abs(len(h[0]) - len(h[1])) - 10 * (h[2] in _CLAUSE + _SENTENCE))
    return [first, second]


def _filled(pieces: Sequence[_Piece], rules: _Rules) -> list[str]:
    """As many words as fit in each line; a word that is longer than a line has one of its own."""
    lines: list[list[_Piece]] = [[]]
    for piece in pieces:
        if lines[-1] and len(_text([*lines[-1], piece])) > rules.line:
            lines.append([])
        lines[-1].append(piece)
    return [_text(line) for line in lines]


def _text(pieces: Sequence[_Piece]) -> str:
    return "".join(" " * (piece.gap and i > 0) + piece.text for i, piece in enumerate(pieces))


def _cue(pieces: Sequence[_Piece], rules: _Rules, next_s: float) -> Cue:
    """Shown from the first word until it is read, at most two seconds after the last word or until the next cue."""
    lines = _lines(pieces, rules)
    start_s, spoken_s = pieces[0].start_s, max(piece.end_s for piece in pieces)
    read_s = start_s + max(_SHORTEST_S, sum(map(len, lines)) / rules.per_second)
    end_s = min(max(spoken_s, min(read_s, spoken_s + _LINGER_S)), max(next_s, start_s))
    return Cue(round(start_s, 3), round(max(end_s, start_s + 0.001), 3), tuple(lines))

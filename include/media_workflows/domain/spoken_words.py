"""The words of an utterance with their punctuation and times; the ends of sentences. For subtitles and quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from media_workflows.domain.features import Span, Utterance

SENTENCE_ENDS, CLAUSE_ENDS = ".!?…。！？", ",;:，；：、"
_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_PIECE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")


class SpokenWord(NamedTuple):
    """A word, or one Chinese character, with the punctuation after it; `gap` is whether a space precedes it."""

    start_s: float
    end_s: float
    text: str
    gap: bool


def is_mostly_cjk(text: str) -> bool:
    """Whether more than half of the characters are Chinese or Japanese."""
    return 2 * len(_CJK.findall(text)) > len(re.sub(r"\s", "", text))


def spoken_words(utterance: Utterance) -> list[SpokenWord]:
    """The text as words, each with the punctuation after it."""
    text = " ".join(utterance.text.split())
    times = _times(text, utterance)
    words: list[SpokenWord] = []
    for match in _PIECE.finditer(text):
        start_s, end_s = times[match.start()].start_s, times[match.end() - 1].end_s
        if words and not utterance.words:
            start_s = words[-1].end_s  # a space is no pause
        gap = match.start() > 0 and text[match.start() - 1] == " "
        if words and not gap and set(match.group()) <= set(SENTENCE_ENDS + CLAUSE_ENDS):
            last = words[-1]
            words[-1] = last._replace(text=last.text + match.group(), end_s=max(end_s, last.end_s))
        else:
            words.append(SpokenWord(start_s, end_s, match.group(), gap))
    return words


def joined(words: Sequence[SpokenWord]) -> str:
    """The text of these words."""
    return "".join(" " * (word.gap and i > 0) + word.text for i, word in enumerate(words))


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

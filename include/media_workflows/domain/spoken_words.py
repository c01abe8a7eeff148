"""The words of an utterance with their punctuation and times; the ends of sentences. For subtitles and quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from media_workflows.domain.features import Span, Utterance

SENTENCE_ENDS, CLAUSE_ENDS = ".!?…。！？", ",;:，；：、"
_OPENING, _CLOSING = "([{（［｛〔〈《「『【〖〝‘“«‹", ")]}）］｝〕〉》」』】〗〞〟’”»›"
_QUOTES = re.compile("\"|(?<![^\\W_])'|'(?![^\\W_])")  # of ASCII: alternately opening and closing; no apostrophes
# A line must not begin with these, nor end with those (kinsoku shori, JIS X 4051; the rules of China's GB/T 15834).
_NO_START = frozenset(
    _CLOSING
    + SENTENCE_ENDS
    + CLAUSE_ENDS
    + "‥—–~～·・‧/／%％‰℃°々〻ゝゞヽヾーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NO_END = frozenset(_OPENING + "￥＄￡№")
_IDEOGRAPH = "\u2e80-\u2fff\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PARTED = re.compile(f"[{_IDEOGRAPH}\u3000-\u303f\uff00-\uffef“”]")  # without spaces between them
_WIDE = "０-９Ａ-Ｚａ-ｚ"
_WIDE_WORD = re.compile(f"[{_WIDE}]+(?:[．，：－][{_WIDE}]+)*")
_CHARACTER, _OTHER_WORD = (
    re.compile(f"[{_IDEOGRAPH}]"),
    re.compile(f"[^\\W_{_IDEOGRAPH}]+(?:['’.,:-][^\\W_{_IDEOGRAPH}]+)*"),
)
# Their full stop ends no sentence, and they stay with the word after them. 'No.' and the like only before a number.
_ABBREVIATION = re.compile(
    r"(?:Mr|Mrs|Ms|Mx|Dr|Prof|Rev|Hon|Gen|Col|Capt|Lt|Sgt|Sen|Rep|Gov|St|Mt|Ft|Jr|Sr|Inc|Ltd|Co|Corp|Dept|Ave|Blvd"
    r"|Jan|Feb|Aug|Sept?|Oct|Nov|Dec|vs|cf|ca|approx|est|etc|Ph\.D|[A-Za-z](?:\.[A-Za-z])+|[A-Z])\."
)
_BEFORE_NUMBER = re.compile(r"(?:Nos?|Figs?|Vol|Ch|Sec|Art|pp?|min|max)\.", re.IGNORECASE)
_PAUSE_S = 0.5  # after which an abbreviation was the end of something


class SpokenWord(NamedTuple):
    """What stays together: a word, or one Chinese character, with the punctuation that belongs to it.

    `gap` is whether a space precedes it. An abbreviation is one with the word after it: 'Dr. Smith'.
    """

    start_s: float
    end_s: float
    text: str
    gap: bool


def is_mostly_cjk(text: str) -> bool:
    """Whether it has as many Chinese or Japanese characters as words of other scripts, numbers among them, or more."""
    characters = len(_CHARACTER.findall(text))
    return characters > 0 and characters >= len(_OTHER_WORD.findall(text))


def ends_sentence(text: str) -> bool:
    """Whether a word ends a sentence: closing quotes may follow the mark, and the stop of 'Dr.' or 'e.g.' is none."""
    bare = text.rstrip(_CLOSING + "\"'")
    return bare[-1:] in SENTENCE_ENDS and bare != "" and not _ABBREVIATION.fullmatch(_last_word(bare))


def ends_clause(text: str) -> bool:
    """Whether a word ends a part of a sentence, as a comma does; closing quotes may follow it."""
    bare = text.rstrip(_CLOSING + "\"'")
    return bare[-1:] in CLAUSE_ENDS and bare != ""


def spoken_words(utterance: Utterance) -> list[SpokenWord]:
    """The text as words, each with the punctuation that belongs to it."""
    text = " ".join(utterance.text.split())
    times = _times(text, utterance)
    words: list[SpokenWord] = []
    for start, end in pairwise([*_starts(text), len(text)] if text else []):
        piece = text[start:end].rstrip()
        start_s, end_s = times[start].start_s, times[start + len(piece) - 1].end_s
        if words and not utterance.words:
            start_s = words[-1].end_s  # a space is no pause
        word = SpokenWord(start_s, end_s, piece, gap=start > 0 and text[start - 1] == " ")
        if words and _continues(words[-1], word):
            words[-1] = words[-1]._replace(text=joined([words[-1], word]), end_s=max(words[-1].end_s, end_s))
        else:
            words.append(word)
    return words


def joined(words: Sequence[SpokenWord]) -> str:
    """The text of these words."""
    return "".join(" " * (word.gap and i > 0) + word.text for i, word in enumerate(words))


def _continues(before: SpokenWord, word: SpokenWord) -> bool:
    """Whether a word stays with an abbreviation before it."""
    last = _last_word(before.text)
    is_abbreviated = _ABBREVIATION.fullmatch(last) or (_BEFORE_NUMBER.fullmatch(last) and word.text[0].isdecimal())
    return bool(is_abbreviated) and word.start_s - before.end_s < _PAUSE_S


def _last_word(text: str) -> str:
    return text.rpartition(" ")[2].lstrip(_OPENING + "\"'")


def _starts(text: str) -> Iterator[int]:
    """Where the words begin: after spaces, and beside Chinese characters, where a line may be broken."""
    opening, closing = _marks(text)
    unbroken = {i for match in _WIDE_WORD.finditer(text) for i in range(match.start() + 1, match.end())}
    yield 0
    for i in range(1, len(text)):
        if text[i - 1] == " ":
            end = text.find(" ", i)
            alone = range(i, end if end >= 0 else len(text))
            is_start = i - 2 not in opening and not closing.issuperset(alone)
        else:
            is_wide = _PARTED.match(text[i - 1]) or _PARTED.match(text[i])
            is_start = bool(is_wide) and text[i] != " " and i - 1 not in opening and i not in closing | unbroken
        if is_start:
            yield i


def _marks(text: str) -> tuple[set[int], set[int]]:
    """The places of characters that stay with the one after them, and of those that stay with the one before."""
    opening = {i for i, char in enumerate(text) if char in _NO_END}
    closing = {i for i, char in enumerate(text) if char in _NO_START}
    for quote in ('"', "'"):
        places = [match.start() for match in _QUOTES.finditer(text) if match.group() == quote]
        opening.update(places[::2])
        closing.update(places[1::2])
    return opening, closing


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

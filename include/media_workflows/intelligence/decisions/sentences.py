"""The sentences of a transcript, as they were recognised, with their times. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from media_workflows.domain.features import Utterance
from media_workflows.domain.spoken_words import SpokenWord, ends_sentence, joined, spoken_words

_MOST_WORDS = 120  # words, or Chinese characters: speech without punctuation and pauses has no longer "sentence"
_PAUSE_S, _LONG_PAUSE_S = 0.8, 3.0  # that ends a sentence without punctuation; with it, as speakers pause within one
_USUAL_WORDS = 60  # at least one word in so many ends a sentence where the engine writes punctuation


class Sentence(NamedTuple):
    """A sentence. `confidence` is the mean of its utterances', 0 to 100, by words."""

    start_s: float
    end_s: float
    text: str
    confidence: float


class _Spoken(NamedTuple):
    word: SpokenWord
    utterance: int
    confidence: float


def sentences(transcript: Sequence[Utterance]) -> list[Sentence]:
    """All sentences, in their order. Without punctuation they end at pauses and with the engine's segments."""
    spoken = [
        _Spoken(word, number, utterance.confidence)
        for number, utterance in enumerate(transcript)
        for word in spoken_words(utterance)
    ]
    punctuated = _USUAL_WORDS * sum(ends_sentence(one.word.text) for one in spoken) >= len(spoken)
    return [_sentence(part) for part in _parts(spoken, punctuated)]


def _parts(spoken: Sequence[_Spoken], punctuated: bool) -> Iterator[Sequence[_Spoken]]:
    start = 0
    for at, (one, following) in enumerate(pairwise(spoken), 1):
        if at - start >= _MOST_WORDS or _ends(one, following, punctuated):
            yield spoken[start:at]
            start = at
    if spoken[start:]:
        yield spoken[start:]


def _ends(one: _Spoken, following: _Spoken, punctuated: bool) -> bool:
    pause_s = following.word.start_s - one.word.end_s
    if punctuated:
        return ends_sentence(one.word.text) or pause_s >= _LONG_PAUSE_S
    return one.utterance != following.utterance or pause_s >= _PAUSE_S


def _sentence(part: Sequence[_Spoken]) -> Sentence:
    """Utterances of a script with spaces have one between them."""
    words = [part[0].word]
    for before, one in pairwise(part):
        parted = one.utterance != before.utterance and one.word.text[0].isascii()
        words.append(one.word._replace(gap=True) if parted else one.word)
    return Sentence(
        start_s=round(part[0].word.start_s, 3),
        end_s=round(max(one.word.end_s for one in part), 3),
        text=joined(words),
        confidence=round(fmean(one.confidence for one in part), 1),
    )

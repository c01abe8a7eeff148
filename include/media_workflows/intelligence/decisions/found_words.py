"""Words of the library in text and speech: time, position and confidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

from media_workflows.domain.features import Box, Features, Span, TextLine, TextSighting, Utterance, Word
from media_workflows.domain.words import Medium, Purpose, WordSample
from media_workflows.intelligence.decisions.words import WordFinder

_PAUSE_S = 1.0  # that a speaker does not make within a word


class FoundWord(NamedTuple):
    """An occurrence of a word. `confidence`, in whole per cent: of OCR the least of its lines, of speech the mean."""

    word: WordSample
    span: Span
    confidence: float
    box: Box | None = None


def words_for(
    words: Sequence[WordSample], purpose: Purpose, medium: Medium, labels: Sequence[str] = ()
) -> list[WordSample]:
    """The words for this purpose and medium; with `labels` only words with one of these tags."""
    tags = set(labels)
    return [word for word in words if word.serves(purpose, medium) and (not tags or tags & set(word.tags))]


def found_words(features: Features, medium: Medium, words: Sequence[WordSample]) -> list[FoundWord]:
    """All occurrences of all words, in the order of time."""
    finder = WordFinder(words)
    if medium == "ocr":
        found = [hit for sighting in features.text for hit in _written(finder, sighting)]
    else:
        found = [hit for utterance in features.transcript for hit in _said_in(finder, utterance)]
        found += [hit for words in _spoken(features.transcript) for hit in _said(finder, words)]
    return sorted(found, key=lambda hit: hit.span.start_s)


def _written(finder: WordFinder, sighting: TextSighting) -> Iterator[FoundWord]:
    """Occurrences in OCR text. Lines are joined, as a word may continue in the next one."""
    owners = [line for line in sighting.lines for _ in f"{line.text}\n"]
    text = "".join(f"{line.text}\n" for line in sighting.lines)
    span = Span(start_s=sighting.start_s, end_s=sighting.end_s)
    for hit in finder.find(text):
        lines = _distinct(owners[hit.start : hit.end])
        yield FoundWord(hit.word, span, round(min(line.confidence for line in lines)), _around(lines))


def _distinct(lines: Sequence[TextLine]) -> list[TextLine]:
    return list({id(line): line for line in lines}.values())


def _around(lines: Sequence[TextLine]) -> Box:
    lefts, tops, rights, bottoms = zip(*(line.box for line in lines), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _said_in(finder: WordFinder, utterance: Utterance) -> Iterator[FoundWord]:
    """Occurrences in an utterance of which speech recognition returned no words: they have its times."""
    if not utterance.words:
        span = Span(start_s=utterance.start_s, end_s=utterance.end_s)
        yield from (FoundWord(hit.word, span, round(utterance.confidence)) for hit in finder.find(utterance.text))


def _spoken(transcript: Sequence[Utterance]) -> list[list[Word]]:
    """The words by stretches without a pause: speech recognition may end an utterance within a word."""
    stretches: list[list[Word]] = []
    for utterance in transcript:
        if stretches and utterance.words and utterance.words[0].start_s - stretches[-1][-1].end_s <= _PAUSE_S:
            stretches[-1] += utterance.words
        elif utterance.words:
            stretches.append([*utterance.words])
    return stretches


def _said(finder: WordFinder, words: Sequence[Word]) -> Iterator[FoundWord]:
    """Occurrences in words, with their times."""
    owners = [word for word in words for _ in f"{word.text} "]
    for hit in finder.find("".join(f"{word.text} " for word in words)):
        spoken = owners[hit.start : hit.end]
        span = Span(start_s=spoken[0].start_s, end_s=spoken[-1].end_s)
        yield FoundWord(hit.word, span, round(_mean_confidence(spoken)))


def _mean_confidence(spoken: Sequence[Word]) -> float:
    """The mean of the words; of Chinese they are characters, and one unsure character says little about a word.

    Measured with Whisper base: the least one is 23 in a word that is right and 38 in what was misheard for it, the
    means are 55 and 43. Weights by duration are worse: a first character, often an unsure one, contains the pause
    before it.
    """
    words = {id(word): word for word in spoken}.values()
    return fmean(word.confidence for word in words)

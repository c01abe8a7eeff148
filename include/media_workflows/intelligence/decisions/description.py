"""A description of what is said: title, keywords, summary and paragraphs, quoted from the transcript; topics. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

from media_workflows.domain.features import Features
from media_workflows.domain.sub_tasks.analysis import DescriptionOutput, Keyword, Paragraph, Quote
from media_workflows.intelligence.decisions.paragraphs import paragraphs
from media_workflows.intelligence.decisions.quotes import best_sentences, title_of
from media_workflows.intelligence.decisions.sentences import Sentence, sentences
from media_workflows.intelligence.decisions.terms import most_usual_forms, terms_of
from media_workflows.intelligence.decisions.topics import certainty, found_topics

LEAST_SENTENCES, LEAST_TERMS = 3, 12  # less text has no parts that say more than others
_KEYWORDS, _SENTENCES = 10, 5
_PARAGRAPH_KEYWORDS, _PARAGRAPH_SENTENCES = 5, 2


def describe(features: Features) -> DescriptionOutput | None:
    """Describe the speech, by topics only where too little is said to quote it; None where there are none, too.

    Raises EngineUnavailableError without a package.
    """
    topics, quoted = tuple(found_topics(features)), _quoted(features)
    if quoted is not None:
        return quoted.model_copy(update={"topics": topics})
    if not topics:
        return None
    return DescriptionOutput(
        engine=features.engines.get("transcript", ""),
        language=features.speech_language,
        confidence=round(fmean(certainty(one) for one in topics), 1),
        topics=topics,
    )


def _quoted(features: Features) -> DescriptionOutput | None:
    """The description by sentences; None = there are too few."""
    said = sentences(features.transcript)
    terms = terms_of([one.text for one in said])
    keys = [[term.key for term in of_sentence] for of_sentence in terms]
    if len(said) < LEAST_SENTENCES or sum(map(len, keys)) < LEAST_TERMS:
        return None
    text = _Text(said, keys, most_usual_forms(terms))
    parts = paragraphs(said, keys)
    best = best_sentences(said, keys, _SENTENCES)
    quotes = [_quote(said[at]) for at in sorted(best)]
    return DescriptionOutput(
        engine=features.engines.get("transcript", ""),
        language=features.speech_language,
        confidence=round(fmean(one.confidence for one in quotes), 1),
        title=_title(said[best[0]]),
        keywords=_keywords(text),
        sentences=tuple(quotes),
        paragraphs=_paragraphs(text, parts),
    )


class _Text(NamedTuple):
    """`keys` are the terms of each sentence, `forms` how they are mostly written."""

    sentences: Sequence[Sentence]
    keys: Sequence[Sequence[str]]
    forms: dict[str, str]


def _quote(sentence: Sentence) -> Quote:
    return Quote(**sentence._asdict())


def _title(sentence: Sentence) -> Quote:
    return _quote(sentence._replace(text=title_of(sentence.text)))


def _keywords(text: _Text) -> tuple[Keyword, ...]:
    """The most frequent terms; of equal ones the earlier first."""
    counts = Counter(key for terms in text.keys for key in terms)
    firsts: dict[str, float] = {}
    for sentence, terms in zip(text.sentences, text.keys, strict=True):
        for key in terms:
            firsts.setdefault(key, sentence.start_s)
    return tuple(
        Keyword(keyword=text.forms[key], count=count, first_s=firsts[key])
        for key, count in counts.most_common(_KEYWORDS)
    )


def _paragraphs(text: _Text, parts: Sequence[range]) -> tuple[Paragraph, ...]:
    """A term that few paragraphs have says more about one of them (TF-IDF, a paragraph being the document)."""
    counts = [Counter(key for at in part for key in text.keys[at]) for part in parts]
    having = Counter(key for counted in counts for key in counted)
    weights = {key: math.log(1 + len(parts) / number) for key, number in having.items()}
    return tuple(_paragraph(text, part, counted, weights) for part, counted in zip(parts, counts, strict=True))


def _paragraph(text: _Text, part: range, counts: Counter[str], weights: dict[str, float]) -> Paragraph:
    said, keys = text.sentences[part.start : part.stop], text.keys[part.start : part.stop]
    chosen = best_sentences(said, keys, _PARAGRAPH_SENTENCES) or [0]
    words = sorted(counts, key=lambda key: -counts[key] * weights[key])[:_PARAGRAPH_KEYWORDS]
    return Paragraph(
        start_s=said[0].start_s,
        end_s=said[-1].end_s,
        title=title_of(said[chosen[0]].text),
        keywords=tuple(text.forms[key] for key in words),
        sentences=tuple(_quote(said[at]) for at in sorted(chosen)),
    )

"""Topics of what is said and shown as text: the terms that are repeated most. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from media_workflows.domain.features import Features, Span
from media_workflows.domain.sub_tasks.analysis import Tag, Topic
from media_workflows.intelligence.decisions.normal_text import normal_text
from media_workflows.intelligence.decisions.sentences import sentences
from media_workflows.intelligence.decisions.terms import most_usual_forms, terms_of
from media_workflows.plural import counted

MOST_TOPICS = 5
LEAST_TIMES, LEAST_PLACES = 3, 2  # said and shown together; different sentences and lines that have it
_CERTAIN_TIMES = 10  # for a confidence of 100
_MOST_SEGMENTS = 20  # of a topic


def topics(features: Features) -> Iterator[Tag]:
    """The topics as tags of the whole source."""
    for one in found_topics(features):
        yield Tag(
            tag=one.topic,
            confidence=certainty(one),
            basis="text",
            reason=f"said {counted(one.said, 'time')}, shown {counted(one.shown, 'time')}",
        )


def found_topics(features: Features) -> list[Topic]:
    """The topics with their times, the most frequent first; none of a short text.

    Raises EngineUnavailableError without rjieba or stopwordsiso.
    """
    said, shown = sentences(features.transcript), _shown_lines(features)
    terms = terms_of([one.text for one in said] + [text for text, _ in shown])
    spans = [Span(start_s=one.start_s, end_s=one.end_s) for one in said] + [span for _, span in shown]
    keys = [[term.key for term in of_text] for of_text in terms]
    forms = most_usual_forms(terms)
    spoken = Counter(key for of_text in keys[: len(said)] for key in of_text)
    written = Counter(key for of_text in keys[len(said) :] for key in of_text)
    places = Counter(key for of_text in keys for key in set(of_text))
    times = Counter({key: spoken[key] + written[key] for key in dict.fromkeys([*spoken, *written])})
    found = [key for key, n in times.most_common() if n >= LEAST_TIMES and places[key] >= LEAST_PLACES]
    return [
        Topic(topic=forms[key], said=spoken[key], shown=written[key], segments=_segments(key, keys, spans))
        for key in found[:MOST_TOPICS]
    ]


def certainty(topic: Topic) -> float:
    """The confidence, 0 to 100, by how often the topic is said and shown."""
    return round(min(100.0, 100 * (topic.said + topic.shown) / _CERTAIN_TIMES), 1)


def _segments(key: str, keys: Sequence[Sequence[str]], spans: Sequence[Span]) -> tuple[Span, ...]:
    """Where the topic is said or shown, in the order of time."""
    having = (span for of_text, span in zip(keys, spans, strict=True) if key in of_text)
    return tuple(sorted(having, key=lambda span: (span.start_s, span.end_s))[:_MOST_SEGMENTS])


def _shown_lines(features: Features) -> list[tuple[str, Span]]:
    """Each line of text in the picture once, when it is first shown, however often it is: a logo is no topic."""
    lines: dict[str, tuple[str, Span]] = {}
    for sighting in features.text:
        span = Span(start_s=sighting.start_s, end_s=sighting.end_s)
        for line in sighting.lines:
            lines.setdefault(normal_text(line.text).text, (line.text, span))
    return list(lines.values())

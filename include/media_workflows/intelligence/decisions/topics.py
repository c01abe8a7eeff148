"""Topics of what is said and shown as text: the terms that are repeated most. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from media_workflows.domain.features import Features
from media_workflows.domain.sub_tasks.analysis import Tag
from media_workflows.intelligence.decisions.normal_text import normal_text
from media_workflows.intelligence.decisions.sentences import sentences
from media_workflows.intelligence.decisions.terms import most_usual_forms, terms_of
from media_workflows.plural import counted

MOST_TOPICS = 5
LEAST_TIMES, LEAST_PLACES = 3, 2  # said and shown together; different sentences and lines that have it
_CERTAIN_TIMES = 10  # for a confidence of 100


def topics(features: Features) -> Iterator[Tag]:
    """The topics, the most frequent first; none of a short text.

    Raises EngineUnavailableError without rjieba or stopwordsiso.
    """
    said = [one.text for one in sentences(features.transcript)]
    terms = terms_of([*said, *_shown_lines(features)])
    keys = [[term.key for term in of_text] for of_text in terms]
    forms = most_usual_forms(terms)
    spoken = Counter(key for of_text in keys[: len(said)] for key in of_text)
    shown = Counter(key for of_text in keys[len(said) :] for key in of_text)
    places = Counter(key for of_text in keys for key in set(of_text))
    times = Counter({key: spoken[key] + shown[key] for key in dict.fromkeys([*spoken, *shown])})
    found = [(key, n) for key, n in times.most_common() if n >= LEAST_TIMES and places[key] >= LEAST_PLACES]
    for key, count in found[:MOST_TOPICS]:
        yield Tag(
            tag=forms[key],
            confidence=round(min(100.0, 100 * count / _CERTAIN_TIMES), 1),
            basis="text",
            reason=f"said {counted(spoken[key], 'time')}, shown {counted(shown[key], 'time')}",
        )


def _shown_lines(features: Features) -> list[str]:
    """Each line of text in the picture once, however often it is shown: a logo is no topic."""
    lines: dict[str, str] = {}
    for line in (line.text for sighting in features.text for line in sighting.lines):
        lines.setdefault(normal_text(line).text, line)
    return list(lines.values())

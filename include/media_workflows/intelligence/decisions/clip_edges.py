"""Where clips begin and end: never within a word whose time is known, preferably at a cut or in a pause. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from media_workflows.domain.features import Features, Span
from media_workflows.domain.sub_tasks.analysis import Edge

_CUT_TIME_S = 1 / 15  # cuts are found in frames 1/15 s apart: one may be that much earlier
_PAUSE_S = 0.15  # the shortest one between words
_BREATH_S = 0.2  # of a pause, kept beside the speech
# Costs, beside the distance as a share of the reach.
_COST: dict[Edge, float] = {"source": 0.0, "cut": 0.0, "pause": 0.5, "moment": 1.0, "word": 1.5}
_IN_SPEECH = 1.0  # words may be there, whose times are not known


class Moment(NamedTuple):
    """A place to begin or end at. `edge` says what is there."""

    time_s: float
    edge: Edge


class ClipEdges:
    """Finds places for the edges of clips within `reach_s` of where they would be."""

    def __init__(self, features: Features, reach_s: float) -> None:
        spoken = features.transcript
        self._duration_s, self._reach_s = features.duration_s, reach_s
        self._cuts = [shot.start_s for shot in features.shots[1:]]
        self._words = _merged(word for one in spoken for word in one.words)
        self._speech = _merged([one for one in spoken if not one.words] if spoken else features.speech)
        self._pauses = list(_gaps(_merged([*self._words, *self._speech]), features.duration_s))

    def begin(self, near_s: float, free: Span) -> Moment:
        """A place to begin at, within `free`, whose ends are within no word."""
        pauses = (end_s - min(_BREATH_S, (end_s - start_s) / 2) for start_s, end_s in self._pauses)
        places = [Moment(0.0, "source"), *_as("cut", self._cuts), *_as("pause", pauses)]
        return self._best(near_s, free, places, self._outside_words(near_s, begins=True))

    def end(self, near_s: float, free: Span) -> Moment:
        """A place to end at, within `free`, whose ends are within no word."""
        cuts = (cut_s - _CUT_TIME_S for cut_s in self._cuts)
        pauses = (start_s + min(_BREATH_S, (end_s - start_s) / 2) for start_s, end_s in self._pauses)
        places = [Moment(self._duration_s, "source"), *_as("cut", cuts), *_as("pause", pauses)]
        return self._best(near_s, free, places, self._outside_words(near_s, begins=False))

    def _best(self, near_s: float, free: Span, places: Iterable[Moment], otherwise: Moment) -> Moment:
        """The place of the least cost. `otherwise` may be further away than the reach: a word is longer than that."""

        def cost(place: Moment) -> float:
            in_speech = _IN_SPEECH if _around(self._speech, place.time_s) else 0.0
            return abs(place.time_s - near_s) / self._reach_s + _COST[place.edge] + in_speech

        last = otherwise._replace(time_s=min(max(otherwise.time_s, free.start_s), free.end_s))
        near = [place for place in places if abs(place.time_s - near_s) <= self._reach_s]
        fit = [one for one in near if free.start_s <= one.time_s <= free.end_s and not _around(self._words, one.time_s)]
        return min([*fit, last], key=cost)

    def _outside_words(self, time_s: float, *, begins: bool) -> Moment:
        """This moment, or the edge of the word that is spoken at it: the word is in the clip as a whole."""
        word = _around(self._words, time_s)
        return Moment(time_s, "moment") if word is None else Moment(word.start_s if begins else word.end_s, "word")


def _as(edge: Edge, times_s: Iterable[float]) -> Iterator[Moment]:
    return (Moment(time_s, edge) for time_s in times_s)


def _around(spans: Iterable[Span], time_s: float) -> Span | None:
    """The span that this moment is within, and not at an end of."""
    return next((span for span in spans if span.start_s < time_s < span.end_s), None)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that overlap as one. Words that only follow each other stay apart."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start_s):
        if merged and span.start_s < merged[-1].end_s:
            merged[-1] = Span(start_s=merged[-1].start_s, end_s=max(merged[-1].end_s, span.end_s))
        else:
            merged.append(Span(start_s=span.start_s, end_s=span.end_s))
    return merged


def _gaps(spoken: list[Span], duration_s: float) -> Iterator[tuple[float, float]]:
    """The pauses before, between and after spoken spans; none in a source without speech."""
    if not spoken:
        return
    edges = [0.0, *(edge for span in spoken for edge in (span.start_s, span.end_s)), duration_s]
    for start_s, end_s in zip(edges[::2], edges[1::2], strict=True):
        if end_s - start_s >= _PAUSE_S:
            yield start_s, end_s

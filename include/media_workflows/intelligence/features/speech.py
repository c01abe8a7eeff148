"""Speech spans by voice activity detection, and their transcript."""

from __future__ import annotations

import math
import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from media_workflows.domain.feature_options import Language
from media_workflows.domain.features import Span, Utterance
from media_workflows.intelligence.engines.asr import LONGEST_S, Asr
from media_workflows.intelligence.engines.vad import Vad
from media_workflows.intelligence.features.frames import SOUND_RATE_HZ

# As in silero's helper, except for pauses: short ones belong to a sentence.
_BEGINS, _ENDS = 0.5, 0.35
_SHORTEST_S, _PAUSE_S, _PAD_S = 0.25, 0.4, 0.1
_FULL_SCALE = 32768.0
_LANGUAGE_SEGMENTS = 3  # of which the language is detected: the longest
_SEARCH_S = 10.0  # before the end of a segment that would be too long, where its speech is cut
_ENVELOPE_S = 0.02  # of one value of the loudness there
_QUIET_S = 0.2  # a gap between words, about


def speech(file: Path, vad: Vad, check: Callable[[], None] = lambda: None) -> tuple[Span, ...]:
    """Detect speech spans in a WAV of 16 kHz, mono, 16 bits. `check` may raise, to stop."""
    step_s = vad.chunk_samples / SOUND_RATE_HZ
    begun_s: float | None = None
    found: list[Span] = []
    time_s = 0.0
    for chunk in _chunks(file, vad.chunk_samples):
        check()
        likely = vad.speech_probability(chunk)
        if begun_s is None and likely >= _BEGINS:
            begun_s = time_s
        elif begun_s is not None and likely < _ENDS:
            found.append(Span(start_s=begun_s, end_s=time_s))
            begun_s = None
        time_s += step_s
    if begun_s is not None:
        found.append(Span(start_s=begun_s, end_s=time_s))
    return tuple(_padded(_joined(found, _PAUSE_S), time_s))


class Transcript(NamedTuple):
    """What is said, and in which language: ISO 639-1; 'auto' = the model detected it for each segment."""

    language: str
    utterances: tuple[Utterance, ...]


def transcript(
    file: Path, spans: Sequence[Span], asr: Asr, language: Language, on_share: Callable[[float], None]
) -> Transcript:
    """Transcribe `spans`. `auto` is detected once, so that a segment is not taken for another language.

    `on_share` is called with 0 to 1 and may raise, to stop.
    """
    parts = list(segments(spans, asr.together_s, partial(quietest, file)))
    longest = sorted(parts, key=lambda part: part.start_s - part.end_s)[:_LANGUAGE_SEGMENTS]
    spoken = asr.language_of(_samples(file, part) for part in longest) if language == "auto" else language
    utterances: list[Utterance] = []
    for part in parts:
        on_share(part.start_s / parts[-1].end_s)
        samples = _samples(file, part)
        utterances += (_moved(utterance, part.start_s) for utterance in asr.transcribe(samples, spoken))
    return Transcript(spoken, tuple(utterances))


def segments(spans: Iterable[Span], together_s: float, quietest_in: Callable[[Span], float]) -> Iterator[Span]:
    """Split and merge spans to segments that speech recognition processes at once; they do not overlap.

    `quietest_in` finds the quietest moment of a span: what is too long is cut there, and not in a word.
    """
    parts = (part for span in spans for part in _cut(span, quietest_in))
    return _joined(parts, together_s, LONGEST_S)


def _cut(span: Span, quietest_in: Callable[[Span], float]) -> Iterator[Span]:
    """Parts of a span, each beginning where the last one ends."""
    start_s = span.start_s
    while span.end_s - start_s > LONGEST_S:
        limit_s = start_s + LONGEST_S
        end_s = quietest_in(Span(start_s=limit_s - _SEARCH_S, end_s=limit_s))
        yield Span(start_s=start_s, end_s=end_s)
        start_s = end_s
    yield Span(start_s=start_s, end_s=span.end_s)


def quietest(file: Path, span: Span) -> float:
    """The moment of a span in the middle of its quietest fifth of a second; of equal ones, the last."""
    samples, step = _samples(file, span), round(_ENVELOPE_S * SOUND_RATE_HZ)
    envelope = (samples[: len(samples) // step * step].reshape(-1, step) ** 2).mean(axis=1)
    width = min(round(_QUIET_S / _ENVELOPE_S), len(envelope))
    if not width:  # the file ends before the span
        return span.end_s
    powers = np.convolve(envelope, np.ones(width), "valid")
    last = len(powers) - 1 - int(np.argmin(powers[::-1]))
    return round(span.start_s + (last + width / 2) * _ENVELOPE_S, 3)


def _moved(utterance: Utterance, by_s: float) -> Utterance:
    def times(span: Span) -> dict[str, float]:
        return {"start_s": round(span.start_s + by_s, 3), "end_s": round(span.end_s + by_s, 3)}

    words = tuple(word.model_copy(update=times(word)) for word in utterance.words)
    return utterance.model_copy(update={**times(utterance), "words": words})


def _joined(spans: Iterable[Span], gap_s: float, longest_s: float = math.inf) -> Iterator[Span]:
    """Merge spans with gaps shorter than `gap_s` to at most `longest_s`."""
    current: Span | None = None
    for span in spans:
        if current is None:
            current = span
        elif span.start_s - current.end_s < gap_s and span.end_s - current.start_s <= longest_s:
            current = Span(start_s=current.start_s, end_s=span.end_s)
        else:
            yield current
            current = span
    if current is not None:
        yield current


def _padded(spans: Iterable[Span], end_s: float) -> Iterator[Span]:
    for span in spans:
        if span.end_s - span.start_s >= _SHORTEST_S:
            start_s, stop_s = max(0.0, span.start_s - _PAD_S), min(end_s, span.end_s + _PAD_S)
            yield Span(start_s=round(start_s, 3), end_s=round(stop_s, 3))


def _chunks(file: Path, samples: int) -> Iterator[bytes]:
    """The chunks of the file; the last one is padded with silence."""
    with wave.open(str(file), "rb") as sound:
        while chunk := sound.readframes(samples):
            yield chunk.ljust(2 * samples, b"\0")


def _samples(file: Path, span: Span) -> Any:
    with wave.open(str(file), "rb") as sound:
        sound.setpos(min(sound.getnframes(), round(span.start_s * SOUND_RATE_HZ)))
        data = sound.readframes(round((span.end_s - span.start_s) * SOUND_RATE_HZ))
    return np.frombuffer(data, "<i2").astype(np.float32) / _FULL_SCALE

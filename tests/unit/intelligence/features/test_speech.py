"""Stretches of speech from a detector's answers, and the pieces a recogniser gets."""

from __future__ import annotations

import wave
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from media_workflows.domain.features import Span, Utterance, Word
from media_workflows.intelligence.features.speech import quietest, segments, speech, transcript


class Told:
    """A detector with given answers, one for each tenth of a second."""

    name = "scripted"
    chunk_samples = 1600

    def __init__(self, answers: list[float]) -> None:
        self._answers = iter(answers)

    def speech_probability(self, chunk: bytes) -> float:
        assert len(chunk) == 3200
        return next(self._answers)


def silent_wav(path: Path, tenths: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(3200 * tenths - 100))  # the last piece is not full
    return path


def test_short_pauses_belong_to_speech_and_clicks_do_not(tmp_path: Path) -> None:
    answers = [0.0] * 5 + [0.9] * 5 + [0.1] * 3 + [0.9] * 5 + [0.4] * 2 + [0.0] * 10 + [0.9] + [0.0] * 9
    assert speech(silent_wav(tmp_path / "a.wav", 40), Told(answers)) == (Span(start_s=0.4, end_s=2.1),)


def test_speech_to_the_end(tmp_path: Path) -> None:
    (found,) = speech(silent_wav(tmp_path / "a.wav", 20), Told([0.0] * 10 + [0.8] * 10))
    assert (found.start_s, found.end_s) == (0.9, 2.0)


def span(start_s: float, end_s: float) -> Span:
    return Span(start_s=start_s, end_s=end_s)


def test_pieces_are_not_longer_than_a_recogniser_takes() -> None:
    spans = [span(0, 70), span(71, 75), span(77, 80)]

    def cut(together_s: float) -> list[Span]:
        return list(segments(spans, together_s, lambda near: near.end_s - 2))

    assert cut(0.0) == [span(0, 28), span(28, 56), span(56, 70), span(71, 75), span(77, 80)]
    assert cut(1.5) == [span(0, 28), span(28, 56), span(56, 75), span(77, 80)]


def wav(path: Path, *parts: tuple[float, float]) -> Path:
    """A tone in parts of (seconds, amplitude): an envelope made for the test."""
    amplitudes = np.concatenate([np.full(round(seconds * 16_000), amplitude) for seconds, amplitude in parts])
    tone = amplitudes * np.sin(2 * np.pi * 220 * np.arange(len(amplitudes)) / 16_000)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((tone * 20_000).astype("<i2").tobytes())
    return path


def test_long_speech_is_cut_in_its_quietest_place(tmp_path: Path) -> None:
    """Words with a short gap at 26.0 to 26.3 s: the limit of 30 s lies in a word."""
    file = wav(tmp_path / "a.wav", (22, 1.0), (0.1, 0.2), (3.9, 1.0), (0.3, 0.02), (13.7, 1.0))
    first, second = segments([span(0, 40)], 2.0, partial(quietest, file))
    assert (first.start_s, second.end_s) == (0, 40)
    assert first.end_s == second.start_s == pytest.approx(26.15, abs=0.1)


def test_of_speech_without_a_gap_the_most_is_taken(tmp_path: Path) -> None:
    even = wav(tmp_path / "even.wav", (41, 0.0))
    parts = list(segments([span(0, 41)], 0.0, partial(quietest, even)))
    assert [part.end_s for part in parts] == [pytest.approx(29.9), 41]
    short = wav(tmp_path / "short.wav", (1, 0.5))  # shorter than the times say: it still ends
    assert [part.end_s for part in segments([span(0, 70)], 0.0, partial(quietest, short))] == [30, 60, 70]


class Echo:
    """Says one word for each piece, half a second into it."""

    name = "echo"
    together_s = 0.0
    rejected = 0
    unused_hot_words: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.examined: list[float] = []
        self.languages: set[str] = set()

    def language_of(self, segments: Iterable[Any]) -> str:
        self.examined = [len(samples) / 16_000 for samples in segments]
        return "fr"

    def transcribe(self, samples: object, language: str) -> list[Utterance]:
        self.languages.add(language)
        word = Word(start_s=0.5, end_s=0.75, text="word", confidence=90)
        return [Utterance(start_s=0.5, end_s=0.75, text="word", confidence=90, words=(word,))]


def test_times_count_from_the_source(tmp_path: Path) -> None:
    file = silent_wav(tmp_path / "a.wav", 100)
    language, said = transcript(file, [span(2, 4), span(6, 8)], Echo(), "en", lambda _: None)
    assert [(one.start_s, one.words[0].end_s) for one in said] == [(2.5, 2.75), (6.5, 6.75)]
    assert language == "en"


def test_the_language_is_that_of_the_longest_segments(tmp_path: Path) -> None:
    file, asr = silent_wav(tmp_path / "a.wav", 200), Echo()
    spans = [span(0, 1), span(2, 4), span(6, 9), span(10, 10.5), span(12, 16)]
    assert transcript(file, spans, asr, "auto", lambda _: None).language == "fr"
    assert (asr.examined, asr.languages) == ([4, 3, 2], {"fr"})
    assert transcript(file, [], Echo(), "auto", lambda _: None).utterances == ()


def test_it_can_be_stopped(tmp_path: Path) -> None:
    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        speech(silent_wav(tmp_path / "a.wav", 20), Told([0.0] * 20), stop)

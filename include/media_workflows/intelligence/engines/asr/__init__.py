"""Automatic speech recognition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from media_workflows.domain.feature_options import Language
from media_workflows.domain.features import Utterance
from media_workflows.settings import Settings

LONGEST_S = 30.0  # of one segment: the window of Whisper


class Asr(Protocol):
    """A speech recognition engine. It recognises one segment of speech at a time.

    A segment has up to LONGEST_S: numpy float32, mono, 16 kHz, -1 to 1.
    """

    name: str  # with its version and its limits
    together_s: float  # speech with pauses shorter than this is recognised better as one segment
    unused_hot_words: tuple[str, ...]  # of the given ones, those that it does not take
    rejected: int  # results that were left out as invented: text in silence, loops

    def language_of(self, segments: Iterable[Any]) -> str:
        """The language of a source (ISO 639-1) from some of its segments; 'auto' = detected for each segment."""

    def transcribe(self, samples: Any, language: str) -> Sequence[Utterance]:
        """Transcribe a segment in a language, or 'auto'. Times count from its start."""


def require_asr(settings: Settings) -> None:
    """Raises EngineUnavailableError if the configured engine or its model is missing; loads nothing."""
    from media_workflows.intelligence.engines.asr import faster_whisper, sherpa_onnx

    if _chosen(settings) == "sherpa_onnx":
        sherpa_onnx.require_sherpa_onnx(settings.asr_model_path)
    else:
        faster_whisper.require_faster_whisper(settings)


def load_asr(settings: Settings, language: Language, hot_words: tuple[str, ...] = ()) -> Asr:
    """The configured engine. `hot_words` are words that it should expect. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.asr import faster_whisper, sherpa_onnx

    if _chosen(settings) == "sherpa_onnx":
        return sherpa_onnx.SherpaOnnx(settings.asr_model_path, settings.intelligence_threads, language, hot_words)
    return faster_whisper.FasterWhisper(settings, hot_words)


def _chosen(settings: Settings) -> Literal["faster_whisper", "sherpa_onnx"]:
    """`auto` chooses by the model's files, and faster-whisper with the packaged model without one."""
    if settings.asr_engine != "auto":
        return settings.asr_engine
    path = settings.asr_model_path
    return "sherpa_onnx" if path and (Path(path) / "tokens.txt").exists() else "faster_whisper"

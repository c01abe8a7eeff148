"""Automatic speech recognition."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from media_workflows.domain.feature_options import Language
from media_workflows.domain.features import Utterance
from media_workflows.settings import Settings

LONGEST_S = 30.0  # of one segment: the window of Whisper


class Asr(Protocol):
    """A speech recognition engine. It recognises one segment of speech at a time."""

    name: str  # with its version and its limits
    together_s: float  # speech with pauses shorter than this is recognised better as one segment

    def transcribe(self, samples: Any, language: Language) -> Sequence[Utterance]:
        """Transcribe a segment of up to LONGEST_S: numpy float32, mono, 16 kHz, -1 to 1. Times count from its start.

        Raises EngineUnavailableError for a language that the engine does not support.
        """


def require_asr(settings: Settings, language: Language) -> None:
    """Raises EngineUnavailableError if the configured engine or its model is missing; loads nothing."""
    from media_workflows.intelligence.engines.asr import faster_whisper, pocketsphinx, sherpa_onnx

    match _chosen(settings):
        case "faster_whisper":
            faster_whisper.require_faster_whisper(settings.asr_model_path)
        case "sherpa_onnx":
            sherpa_onnx.require_sherpa_onnx(settings.asr_model_path)
        case "pocketsphinx":
            pocketsphinx.require_pocketsphinx(language)


def load_asr(settings: Settings, language: Language) -> Asr:
    """The configured engine. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.asr import faster_whisper, pocketsphinx, sherpa_onnx

    chosen, path = _chosen(settings), settings.asr_model_path
    if chosen == "faster_whisper":
        return faster_whisper.FasterWhisper(path, settings.intelligence_threads)
    if chosen == "sherpa_onnx":
        return sherpa_onnx.SherpaOnnx(path, settings.intelligence_threads, language)
    pocketsphinx.require_pocketsphinx(language)
    return pocketsphinx.PocketSphinx()


def _chosen(settings: Settings) -> Literal["faster_whisper", "sherpa_onnx", "pocketsphinx"]:
    """`auto` chooses by the model's files, and pocketsphinx without a model."""
    if settings.asr_engine != "auto":
        return settings.asr_engine
    if not settings.asr_model_path:
        return "pocketsphinx"
    return "sherpa_onnx" if (Path(settings.asr_model_path) / "tokens.txt").exists() else "faster_whisper"

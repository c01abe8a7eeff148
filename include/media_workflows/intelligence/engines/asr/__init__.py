"""Speech into words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from media_workflows.domain.feature_options import Language
from media_workflows.domain.features import Utterance
from media_workflows.errors import EngineUnavailableError
from media_workflows.settings import Settings

LONGEST_S = 30.0  # of one piece: what Whisper hears at once


class Asr(Protocol):
    """Recognises one piece of speech at a time."""

    name: str  # with its version and its limits
    together_s: float  # stretches of speech with a pause shorter than this are better given as one piece

    def transcribe(self, samples: Any, language: Language) -> Sequence[Utterance]:
        """What is said in a piece of up to LONGEST_S: numpy float32, mono, 16 kHz, -1 to 1. Times count from its start.

        Raises EngineUnavailableError for a language that the engine does not know.
        """


def load_asr(settings: Settings, language: Language) -> Asr:
    """The engine that the settings choose; `auto` looks at the model, and without one falls back on pocketsphinx.

    Raises EngineUnavailableError.
    """
    from media_workflows.intelligence.engines.asr import faster_whisper, pocketsphinx, sherpa_onnx

    chosen, path = settings.asr_engine, settings.asr_model_path
    if chosen == "auto":
        chosen = _by_model(path)
    if chosen == "faster_whisper":
        return faster_whisper.FasterWhisper(path, settings.intelligence_threads)
    if chosen == "sherpa_onnx":
        return sherpa_onnx.SherpaOnnx(path, settings.intelligence_threads, language)
    if language == "zh":
        raise EngineUnavailableError(
            "speech recognition by pocketsphinx",
            "it knows English alone, and Chinese is asked for",
            "set asr_model_path to a Chinese model of faster-whisper or sherpa-onnx",
        )
    return pocketsphinx.PocketSphinx()


def _by_model(setting: str) -> Literal["faster_whisper", "sherpa_onnx", "pocketsphinx"]:
    if not setting:
        return "pocketsphinx"
    return "sherpa_onnx" if (Path(setting) / "tokens.txt").exists() else "faster_whisper"

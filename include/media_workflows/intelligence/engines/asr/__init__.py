"""Automatic speech recognition."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from media_workflows.domain.feature_options import Language
from media_workflows.domain.features import Utterance
from media_workflows.errors import EngineUnavailableError
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


def load_asr(settings: Settings, language: Language) -> Asr:
    """The configured engine; `auto` chooses by the model's files, and pocketsphinx without a model.

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
            "it supports English only, and Chinese is requested",
            "set asr_model_path to a Chinese model of faster-whisper or sherpa-onnx",
        )
    return pocketsphinx.PocketSphinx()


def _by_model(setting: str) -> Literal["faster_whisper", "sherpa_onnx", "pocketsphinx"]:
    if not setting:
        return "pocketsphinx"
    return "sherpa_onnx" if (Path(setting) / "tokens.txt").exists() else "faster_whisper"

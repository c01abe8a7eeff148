"""faster-whisper: Whisper models in CTranslate2 format, from a local directory."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from media_workflows.domain.feature_options import Language
from media_workflows.domain.features import Utterance, Word
from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines import load, model_path, require

_ENGINE = "speech recognition by faster-whisper"


def require_faster_whisper(setting: str) -> None:
    """Raises EngineUnavailableError if the model or the package is missing; loads nothing."""
    _model(setting)
    require("faster_whisper", _ENGINE, extra="whisper")


def _model(setting: str) -> Path:
    return model_path(setting, "asr_model_path", _ENGINE, holds="a directory with a CTranslate2 Whisper model")


class FasterWhisper:
    """Speech recognition by faster-whisper from a directory with model.bin. Nothing is downloaded.

    Raises EngineUnavailableError.
    """

    together_s = 2.0  # each segment costs as much as one of 30 s

    def __init__(self, setting: str, threads: int) -> None:
        path = _model(setting)
        module = load("faster_whisper", _ENGINE, extra="whisper")
        try:
            self._model = module.WhisperModel(
                str(path), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineUnavailableError(
                _ENGINE, f"{path} does not load: {error}", "set asr_model_path to a CTranslate2 Whisper model"
            ) from error
        self.name = f"faster-whisper {version('faster-whisper')}, {path.name}"

    def transcribe(self, samples: Any, language: Language) -> Sequence[Utterance]:
        segments, _ = self._model.transcribe(
            samples,
            language=None if language == "auto" else language,
            word_timestamps=True,
            condition_on_previous_text=False,
        )
        return [self._utterance(segment) for segment in segments if segment.text.strip()]

    def _utterance(self, segment: Any) -> Utterance:
        words = tuple(
            Word(
                start_s=round(float(word.start), 2),
                end_s=round(float(word.end), 2),
                text=word.word.strip(),
                confidence=round(100 * float(word.probability), 1),
            )
            for word in segment.words or ()
        )
        mean = sum(word.confidence for word in words) / len(words) if words else 0.0
        return Utterance(
            start_s=round(float(segment.start), 2),
            end_s=round(float(segment.end), 2),
            text=segment.text.strip(),
            confidence=round(mean, 1),
            words=words,
        )

"""pocketsphinx with the US English model of its wheel: works offline everywhere, with low accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from media_workflows.domain.feature_options import Language
from media_workflows.domain.features import Utterance, Word
from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines import load, require

_ENGINE = "speech recognition by pocketsphinx"
_FRAME_S = 0.01
_PAUSE_S = 0.6  # between two sentences
_FULL_SCALE = 32767


def require_pocketsphinx(language: Language) -> None:
    """Raises EngineUnavailableError if the package is not installed, and for Chinese; loads nothing."""
    if language == "zh":
        raise EngineUnavailableError(
            _ENGINE,
            "it supports English only, and Chinese is requested",
            "set asr_model_path to a Chinese model of faster-whisper or sherpa-onnx",
        )
    require("pocketsphinx", _ENGINE)


class PocketSphinx:
    """Speech recognition by pocketsphinx. Its confidences are posteriors: low even for correct words.

    Raises EngineUnavailableError if pocketsphinx is not installed.
    """

    together_s = 3.0  # it adapts to a voice within a segment

    def __init__(self) -> None:
        module = load("pocketsphinx", _ENGINE)
        self._decoder = module.Decoder(samprate=16_000, loglevel="FATAL", bestpath=True)
        self.name = f"pocketsphinx {version('pocketsphinx')}, English, rough"

    def transcribe(self, samples: Any, language: Language) -> Sequence[Utterance]:
        decoder = self._decoder
        decoder.start_utt()
        decoder.process_raw((samples * _FULL_SCALE).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        words = [self._word(segment) for segment in decoder.seg() or ()]
        return [_utterance(part) for part in _by_pauses([word for word in words if word.text])]

    @staticmethod
    def _word(segment: Any) -> Word:
        """A word; without text if it is a pause or a noise. Alternative pronunciations are numbered: `the(2)`."""
        text = segment.word.partition("(")[0]
        return Word(
            start_s=round(segment.start_frame * _FRAME_S, 2),
            end_s=round((segment.end_frame + 1) * _FRAME_S, 2),
            text="" if text.startswith(("<", "[", "+")) else text,
            confidence=round(100 * min(1.0, float(segment.prob)), 1),
        )


def _by_pauses(words: list[Word]) -> list[list[Word]]:
    parts: list[list[Word]] = []
    for word in words:
        if parts and word.start_s - parts[-1][-1].end_s < _PAUSE_S:
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def _utterance(words: list[Word]) -> Utterance:
    return Utterance(
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        text=" ".join(word.text for word in words),
        confidence=round(sum(word.confidence for word in words) / len(words), 1),
        words=tuple(words),
    )

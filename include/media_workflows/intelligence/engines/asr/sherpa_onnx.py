"""sherpa-onnx: ONNX models of k2, FunASR and Whisper, from a local directory."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from media_workflows.domain.feature_options import Language
from media_workflows.domain.features import Utterance, Word
from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines import model_path
from media_workflows.intelligence.extras import load, require

_ENGINE = "speech recognition by sherpa-onnx"
_RATE_HZ = 16_000
_HOLDS = "a directory with tokens.txt and a SenseVoice, Paraformer, Whisper or transducer model of sherpa-onnx"
_SPACES = (" ", "\u2581")  # a token begins with one where a word does; the second is SentencePiece's
_NO_CONFIDENCE = 100.0  # most of these models return none


class _Token(NamedTuple):
    """A recognised part of a word."""

    start_s: float
    end_s: float
    text: str
    confidence: float


def require_sherpa_onnx(setting: str) -> None:
    """Raises EngineUnavailableError if the model or the package is missing; loads nothing."""
    _model(setting)
    require("sherpa_onnx", _ENGINE, extra="sherpa")


def _model(setting: str) -> Path:
    return model_path(setting, "asr_model_path", _ENGINE, holds=_HOLDS)


class SherpaOnnx:
    """Speech recognition by sherpa-onnx from a directory with tokens.txt and a model; file names give its type.

    Raises EngineUnavailableError.
    """

    together_s = 0.0
    rejected = 0  # these models do not write in silence

    def __init__(self, setting: str, threads: int, language: Language, hot_words: tuple[str, ...] = ()) -> None:
        self._path = _model(setting)
        module = load("sherpa_onnx", _ENGINE, extra="sherpa")
        common = {"tokens": str(self._path / "tokens.txt"), "num_threads": threads or 2}
        try:
            self._recognizer = self._open(module.OfflineRecognizer, common, "" if language == "auto" else language)
        except (RuntimeError, ValueError) as error:
            why = f"{self._path} does not load: {error}"
            raise EngineUnavailableError(_ENGINE, why, f"set asr_model_path to {_HOLDS}") from error
        # Only its transducers take any, by another search and with their own vocabulary of parts of words.
        self.unused_hot_words = hot_words
        self.name = f"sherpa-onnx {version('sherpa-onnx')}, {self._path.name}"

    def language_of(self, segments: Iterable[Any]) -> str:
        return "auto"  # the model has it from its constructor, or detects it for each segment

    def transcribe(self, samples: Any, language: str) -> Sequence[Utterance]:
        stream = self._recognizer.create_stream()
        stream.accept_waveform(_RATE_HZ, samples)
        self._recognizer.decode_stream(stream)
        result, length_s = stream.result, len(samples) / _RATE_HZ
        text = result.text.strip()
        if not text:
            return ()
        words = _words(result, length_s)
        mean = sum(word.confidence for word in words) / len(words) if words else _NO_CONFIDENCE
        start_s, end_s = (words[0].start_s, words[-1].end_s) if words else (0.0, length_s)
        return [Utterance(start_s=start_s, end_s=end_s, text=text, confidence=round(mean, 1), words=words)]

    def _open(self, kinds: Any, common: dict[str, Any], language: str) -> Any:
        encoder, decoder, joiner, model = (self._part(name) for name in ("encoder", "decoder", "joiner", "model"))
        if not (self._path / "tokens.txt").exists() or not (model or (encoder and decoder)):
            raise EngineUnavailableError(
                _ENGINE, f"{self._path} contains no such model", f"set asr_model_path to {_HOLDS}"
            )
        if encoder and decoder and joiner:
            return kinds.from_transducer(encoder=encoder, decoder=decoder, joiner=joiner, **common)
        if encoder and decoder:
            return kinds.from_whisper(encoder=encoder, decoder=decoder, language=language, **common)
        if "sense" in self._path.name.lower():
            return kinds.from_sense_voice(model=model, language=language, use_itn=True, **common)
        return kinds.from_paraformer(paraformer=model, **common)

    def _part(self, name: str) -> str:
        """The file of one network, the quantised one if there are several; '' = none."""
        files = sorted(self._path.glob(f"*{name}*.onnx"), key=lambda file: (".int8" not in file.name, file.name))
        return str(files[0]) if files else ""


def _words(result: Any, length_s: float) -> tuple[Word, ...]:
    """Join tokens to words: one that begins with a space, or a Chinese character, begins a word; a space ends one.

    The confidence of a word is the mean of its tokens', as that of Whisper is.
    """
    starts = [float(start) for start in result.timestamps] if len(result.timestamps) == len(result.tokens) else []
    confidences = [100 * math.exp(value) for value in getattr(result, "ys_log_probs", ())]
    if len(confidences) != len(starts):
        confidences = [_NO_CONFIDENCE] * len(starts)
    words: list[list[_Token]] = []
    has_ended = True
    for start_s, end_s, token, confidence in zip(
        starts, [*starts[1:], length_s], result.tokens, confidences, strict=False
    ):
        begins = has_ended or token.startswith(_SPACES) or not token.isascii() or not words[-1][-1].text.isascii()
        bare = token.strip("".join(_SPACES))
        has_ended = not bare
        if not bare:
            continue
        if begins:
            words.append([])
        words[-1].append(_Token(start_s, end_s, bare, confidence))
    return tuple(_word(tokens) for tokens in words)


def _word(tokens: Sequence[_Token]) -> Word:
    return Word(
        start_s=tokens[0].start_s,
        end_s=tokens[-1].end_s,
        text="".join(token.text for token in tokens),
        confidence=round(fmean(token.confidence for token in tokens), 1),
    )

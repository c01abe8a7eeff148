"""faster-whisper: Whisper models in CTranslate2 format, the packaged one or one from a local directory."""

from __future__ import annotations

import importlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from media_workflows.domain.features import Utterance, Word
from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines import model_path
from media_workflows.intelligence.engines.asr.packaged_whisper import packaged_whisper, require_packaged_whisper
from media_workflows.intelligence.engines.asr.whisper_guards import is_invented, is_repeated, without_loops
from media_workflows.intelligence.extras import load, require
from media_workflows.settings import Settings

_ENGINE = "speech recognition by faster-whisper"
_CERTAIN = 0.9  # probability of a language with which no further segment is examined
_TEMPERATURES = (0.0, 0.2, 0.4)  # of further tries where the first is a loop or improbable; each costs as much again
# Tokens of hot words, about as many Chinese characters. They take the place of text: of the model's 448, 30 s of fast
# speech take up to 300. faster-whisper itself would cut them at 223, within a word and without a notice.
_MOST_HOT_TOKENS = 100
_SILENCE_S = 2.0  # around a word that is then probably invented


def require_faster_whisper(settings: Settings) -> None:
    """Raises EngineUnavailableError if the model or the package is missing; loads nothing."""
    if settings.asr_model_path:
        _own_model(settings.asr_model_path)
    else:
        require_packaged_whisper()
    require("faster_whisper", _ENGINE)


def _own_model(setting: str) -> Path:
    path = model_path(setting, "asr_model_path", _ENGINE, holds="a directory with a CTranslate2 Whisper model")
    if not (path / "model.bin").is_file():
        raise EngineUnavailableError(
            _ENGINE, f"{path} has no model.bin", "set asr_model_path to the directory of a CTranslate2 Whisper model"
        )
    return path


class FasterWhisper:
    """Speech recognition by faster-whisper, with 8-bit weights, on the CPU. Nothing is downloaded.

    Raises EngineUnavailableError.
    """

    together_s = 2.0  # each segment costs as much as one of 30 s

    def __init__(self, settings: Settings, hot_words: Sequence[str] = ()) -> None:
        module = load("faster_whisper", _ENGINE)
        _quiet()
        own = settings.asr_model_path
        path = _own_model(own) if own else packaged_whisper(settings.data_dir)
        try:
            self._model = module.WhisperModel(
                str(path),
                device="cpu",
                compute_type="int8",
                cpu_threads=settings.intelligence_threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineUnavailableError(
                _ENGINE, f"{path} does not load: {error}", "set asr_model_path to a CTranslate2 Whisper model"
            ) from error
        self.name = f"faster-whisper {version('faster-whisper')}, {path.name if own else 'whisper-base'}"
        self.rejected = 0
        self._hot_words = self._fitting(hot_words)
        self.unused_hot_words = tuple(word for word in hot_words if word not in self._hot_words)

    def _fitting(self, hot_words: Sequence[str]) -> list[str]:
        """The first words that the model has room for."""
        fitting: list[str] = []
        for word in hot_words:
            text = f" {_hot_text([*fitting, word])}"
            if len(self._model.hf_tokenizer.encode(text, add_special_tokens=False).ids) <= _MOST_HOT_TOKENS:
                fitting.append(word)
        return fitting

    def language_of(self, segments: Iterable[Any]) -> str:
        found: Counter[str] = Counter()
        for samples in segments:
            language, probability, _ = self._model.detect_language(samples)
            found[language] += probability
            if probability >= _CERTAIN:
                break
        return found.most_common(1)[0][0] if found else "auto"

    def transcribe(self, samples: Any, language: str) -> Sequence[Utterance]:
        segments, _ = self._model.transcribe(
            samples,
            language=None if language == "auto" else language,
            word_timestamps=True,
            condition_on_previous_text=False,
            temperature=_TEMPERATURES,
            hallucination_silence_threshold=_SILENCE_S,
            hotwords=_hot_text(self._hot_words) or None,
        )
        return list(self._credible(segments))

    def _credible(self, segments: Iterable[Any]) -> Iterator[Utterance]:
        """The segments without those, and those words, that Whisper invented; they are counted in `rejected`."""
        before: list[str] = []
        for segment in segments:
            text = segment.text.strip()
            if not text:
                continue
            words = without_loops(segment.words or (), [_key(word.word) for word in segment.words or ()])
            looped = len(words) < len(segment.words or ())
            if is_repeated(text, before) or (is_invented(segment) and not looped):
                self.rejected += 1
                continue
            self.rejected += looped
            before.append(text)
            yield _utterance(segment, words, "".join(word.word for word in words).strip() if looped else text)


def _hot_text(words: Sequence[str]) -> str:
    return ", ".join(words)


def _quiet() -> None:
    """No line in the log for each segment, and no thread that watches progress bars, which it does not show."""
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    importlib.import_module("tqdm").tqdm.monitor_interval = 0


def _key(word: str) -> str:
    return word.strip(" ,.!?，。！？、").casefold()


def _utterance(segment: Any, words: Sequence[Any], text: str) -> Utterance:
    timed = tuple(
        Word(
            start_s=round(float(word.start), 2),
            end_s=round(float(word.end), 2),
            text=word.word.strip(),
            confidence=round(100 * float(word.probability), 1),
        )
        for word in words
    )
    mean = sum(word.confidence for word in timed) / len(timed) if timed else 0.0
    start_s, end_s = (timed[0].start_s, timed[-1].end_s) if timed else (segment.start, segment.end)
    return Utterance(
        start_s=round(float(start_s), 2),
        end_s=round(float(end_s), 2),
        text=text,
        confidence=round(mean, 1),
        words=timed,
    )

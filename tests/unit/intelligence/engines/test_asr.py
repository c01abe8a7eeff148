"""Which recogniser is chosen, and what the ones with a model of your own are asked and answer."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.asr import faster_whisper, load_asr, sherpa_onnx
from media_workflows.settings import Settings


def test_without_a_model_english_is_recognised_roughly() -> None:
    assert "English, rough" in load_asr(Settings(), "auto").name


def test_chinese_without_a_model_is_not_available() -> None:
    with pytest.raises(EngineUnavailableError, match="set asr_model_path to a Chinese model"):
        load_asr(Settings(), "zh")


@pytest.mark.parametrize("engine", ["faster_whisper", "sherpa_onnx"])
def test_a_model_that_is_not_there(engine: Any, tmp_path: Path) -> None:
    with pytest.raises(
        EngineUnavailableError, match="no model is set; point the setting asr_model_path to a directory"
    ):
        load_asr(Settings(asr_engine=engine), "en")
    with pytest.raises(EngineUnavailableError, match="which does not exist"):
        load_asr(Settings(asr_engine=engine, asr_model_path=str(tmp_path / "none")), "en")


def test_auto_looks_at_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faster_whisper, "FasterWhisper", lambda path, threads: "whisper")
    monkeypatch.setattr(sherpa_onnx, "SherpaOnnx", lambda path, threads, language: "sherpa")
    settings = Settings(asr_model_path=str(tmp_path))
    loaded: Any = load_asr(settings, "zh")
    assert loaded == "whisper"
    (tmp_path / "tokens.txt").touch()
    loaded = load_asr(settings, "zh")
    assert loaded == "sherpa"


class _Whisper:
    """Takes the place of faster_whisper.WhisperModel, whose models are too large for a test."""

    asked: dict[str, Any]

    def __init__(self, path: str, **options: Any) -> None:
        _Whisper.asked = {"path": path, **options}

    def transcribe(self, samples: Any, **options: Any) -> Any:
        _Whisper.asked |= options
        words = [SimpleNamespace(start=0.1, end=0.5, word=" 你好", probability=0.9)]
        return iter([SimpleNamespace(start=0.1, end=0.5, text=" 你好", words=words)]), None


def test_faster_whisper_is_asked_for_a_local_model_and_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faster_whisper, "load", lambda *_, **__: SimpleNamespace(WhisperModel=_Whisper))
    monkeypatch.setattr(faster_whisper, "version", lambda _: "1.2")
    engine = faster_whisper.FasterWhisper(str(tmp_path), 1)
    (said,) = engine.transcribe(np.zeros(16_000, np.float32), "zh")
    assert (said.text, said.words[0].text, said.words[0].confidence) == ("你好", "你好", 90.0)
    assert _Whisper.asked["local_files_only"] is True
    assert _Whisper.asked["language"] == "zh"


def test_tokens_become_words() -> None:
    result = SimpleNamespace(tokens=[" he", "llo", " 世", "界", "\u2581ok"], timestamps=[0.0, 0.2, 0.5, 0.7, 0.9])
    words = sherpa_onnx._words(result, 1.2)
    assert [(word.text, word.start_s, word.end_s) for word in words] == [
        ("hello", 0.0, 0.5),
        ("世", 0.5, 0.7),
        ("界", 0.7, 0.9),
        ("ok", 0.9, 1.2),
    ]


def test_a_directory_without_a_sherpa_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sherpa_onnx, "load", lambda *_, **__: SimpleNamespace(OfflineRecognizer=None))
    with pytest.raises(EngineUnavailableError, match="contains no such model"):
        sherpa_onnx.SherpaOnnx(str(tmp_path), 1, "zh")


class _Kinds:
    """Takes the place of sherpa_onnx.OfflineRecognizer, whose models are too large for a test."""

    def __getattr__(self, name: str) -> Any:
        return lambda **given: (name, given)


@pytest.mark.parametrize(
    ("files", "directory", "kind"),
    [
        (["tiny-encoder.onnx", "tiny-decoder.int8.onnx", "tiny-decoder.onnx"], "whisper", "from_whisper"),
        (["encoder.onnx", "decoder.onnx", "joiner.onnx"], "zipformer", "from_transducer"),
        (["model.int8.onnx"], "sherpa-onnx-sense-voice-zh-en", "from_sense_voice"),
        (["model.onnx"], "paraformer-zh", "from_paraformer"),
    ],
)
def test_sherpa_models_by_their_files(
    files: list[str], directory: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sherpa_onnx, "load", lambda *_, **__: SimpleNamespace(OfflineRecognizer=_Kinds()))
    monkeypatch.setattr(sherpa_onnx, "version", lambda _: "2.0")
    model = tmp_path / directory
    model.mkdir()
    for name in ["tokens.txt", *files]:
        (model / name).touch()
    opened, given = sherpa_onnx.SherpaOnnx(str(model), 1, "auto")._recognizer
    assert opened == kind
    assert given["tokens"] == str(model / "tokens.txt")
    assert given.get("language", "") == ""
    if kind == "from_whisper":
        assert given["decoder"].endswith("tiny-decoder.int8.onnx")

"""Which recogniser is chosen, and what the ones with a model of your own are asked and answer."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from media_workflows.errors import EngineUnavailableError
from media_workflows.intelligence.engines.asr import faster_whisper, load_asr, sherpa_onnx
from media_workflows.settings import Settings


@pytest.mark.parametrize("engine", ["faster_whisper", "sherpa_onnx"])
def test_a_model_that_is_not_there(engine: Any, tmp_path: Path) -> None:
    if engine == "sherpa_onnx":
        with pytest.raises(EngineUnavailableError, match="no model is set; point the setting asr_model_path to a"):
            load_asr(Settings(asr_engine=engine), "en")
    with pytest.raises(EngineUnavailableError, match="which does not exist"):
        load_asr(Settings(asr_engine=engine, asr_model_path=str(tmp_path / "none")), "en")


def test_auto_looks_at_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faster_whisper, "FasterWhisper", lambda *_: "whisper")
    monkeypatch.setattr(sherpa_onnx, "SherpaOnnx", lambda *_: "sherpa")
    settings = Settings(asr_model_path=str(tmp_path))
    loaded: Any = load_asr(settings, "zh")
    assert loaded == "whisper"
    (tmp_path / "tokens.txt").touch()
    loaded = load_asr(settings, "zh")
    assert loaded == "sherpa"


def _word(text: str, at_s: float) -> Any:
    return SimpleNamespace(start=at_s, end=at_s + 0.4, word=text, probability=0.9)


def _segment(*texts: str, no_speech: float = 0.0, log_probability: float = -0.3, compression: float = 1.0) -> Any:
    words = [_word(text, 0.1 + n / 2) for n, text in enumerate(texts)]
    guards = {"no_speech_prob": no_speech, "avg_logprob": log_probability, "compression_ratio": compression}
    return SimpleNamespace(start=0.1, end=9.0, text="".join(texts), words=words, **guards)


class _Whisper:
    """A stub of faster_whisper.WhisperModel: it records its options and returns given segments and languages."""

    asked: dict[str, Any]
    segments: list[Any]
    languages: list[tuple[str, float]]

    def __init__(self, path: str, **options: Any) -> None:
        _Whisper.asked = {"path": path, **options}

    hf_tokenizer = SimpleNamespace(encode=lambda text, **_: SimpleNamespace(ids=list(text)))  # a token per character

    def detect_language(self, samples: Any) -> Any:
        return (*self.languages.pop(0), [])

    def transcribe(self, samples: Any, **options: Any) -> Any:
        _Whisper.asked |= options
        return iter(self.segments), None


@pytest.fixture
def whisper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> faster_whisper.FasterWhisper:
    monkeypatch.setattr(faster_whisper, "load", lambda *_, **__: SimpleNamespace(WhisperModel=_Whisper))
    monkeypatch.setattr(faster_whisper, "version", lambda _: "1.2")
    (tmp_path / "model.bin").touch()
    return faster_whisper.FasterWhisper(Settings(asr_model_path=str(tmp_path)))


SAMPLES = np.zeros(16_000, np.float32)


def test_faster_whisper_reads_a_local_model_on_the_cpu_and_returns_words(
    whisper: faster_whisper.FasterWhisper, tmp_path: Path
) -> None:
    _Whisper.segments = [_segment(" 你好")]
    (said,) = whisper.transcribe(SAMPLES, "zh")
    assert (said.text, said.words[0].text, said.words[0].confidence) == ("你好", "你好", 90.0)
    asked = _Whisper.asked
    assert (asked["path"], asked["local_files_only"], asked["device"]) == (str(tmp_path), True, "cpu")
    assert (asked["compute_type"], asked["cpu_threads"], asked["language"]) == ("int8", 1, "zh")


def test_hot_words_reach_the_model_as_far_as_it_has_room(tmp_path: Path, whisper: Any) -> None:
    settings = Settings(asr_model_path=str(tmp_path))
    long = "b" * 99
    engine = faster_whisper.FasterWhisper(settings, ("违禁词", long, "Ada"))
    assert engine.unused_hot_words == (long,)
    _Whisper.segments = []
    engine.transcribe(SAMPLES, "zh")
    assert _Whisper.asked["hotwords"] == "违禁词, Ada"
    whisper.transcribe(SAMPLES, "zh")
    assert (_Whisper.asked["hotwords"], whisper.unused_hot_words) == (None, ())


def test_invented_text_is_left_out_and_counted(whisper: faster_whisper.FasterWhisper) -> None:
    silence = _segment(" Thank", " you.", no_speech=0.9, log_probability=-0.9)
    quiet = _segment(" quiet", no_speech=0.9)
    squeezed = _segment(" la", " la", " lo", compression=3.0)
    loop = _segment(" we", *[" go", " on,"] * 6, " home", compression=3.0)
    _Whisper.segments = [silence, quiet, squeezed, loop]
    assert [one.text for one in whisper.transcribe(SAMPLES, "en")] == ["quiet", "we go on, home"]
    assert whisper.rejected == 3


def test_the_same_sentence_again_and_again_is_left_out(whisper: faster_whisper.FasterWhisper) -> None:
    _Whisper.segments = [_segment(" 谢谢") for _ in range(6)]
    assert len(whisper.transcribe(SAMPLES, "zh")) == 3
    assert whisper.rejected == 3


def test_the_language_of_a_source(whisper: faster_whisper.FasterWhisper) -> None:
    _Whisper.languages = [("en", 0.4), ("zh", 0.5), ("zh", 0.3)]
    assert whisper.language_of([SAMPLES] * 3) == "zh"
    _Whisper.languages = [("en", 0.95), ("zh", 0.99)]
    assert whisper.language_of([SAMPLES] * 2) == "en"  # certain: the second is not examined
    assert whisper.language_of([]) == "auto"


def test_tokens_become_words() -> None:
    result = SimpleNamespace(tokens=[" he", "llo", " 世", "界", "\u2581ok"], timestamps=[0.0, 0.2, 0.5, 0.7, 0.9])
    words = sherpa_onnx._words(result, 1.2)
    assert [(word.text, word.start_s, word.end_s) for word in words] == [
        ("hello", 0.0, 0.5),
        ("世", 0.5, 0.7),
        ("界", 0.7, 0.9),
        ("ok", 0.9, 1.2),
    ]


def test_a_space_of_its_own_ends_a_word() -> None:
    """SentencePiece writes it before a word whose first part it also has without a space."""
    tokens = ["\u2581ab", "\u2581", "c", "d", "\u2581"]
    words = sherpa_onnx._words(SimpleNamespace(tokens=tokens, timestamps=[0.0, 0.2, 0.4, 0.6, 0.8]), 1.0)
    assert [(word.text, word.start_s, word.end_s) for word in words] == [("ab", 0.0, 0.2), ("cd", 0.4, 0.8)]


def test_the_confidence_of_a_word_is_the_mean_of_its_tokens() -> None:
    probabilities = [0.9, 0.3, 0.5]
    result = SimpleNamespace(
        tokens=["\u2581he", "l", "\u2581ok"],
        timestamps=[0.0, 0.2, 0.4],
        ys_log_probs=[math.log(one) for one in probabilities],
    )
    assert [word.confidence for word in sherpa_onnx._words(result, 1.0)] == [60.0, 50.0]
    del result.ys_log_probs
    assert [word.confidence for word in sherpa_onnx._words(result, 1.0)] == [100.0, 100.0]


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
    engine = sherpa_onnx.SherpaOnnx(str(model), 1, "auto", ("词",))
    assert engine.unused_hot_words == ("词",)
    opened, given = engine._recognizer
    assert opened == kind
    assert given["tokens"] == str(model / "tokens.txt")
    assert given.get("language", "") == ""
    if kind == "from_whisper":
        assert given["decoder"].endswith("tiny-decoder.int8.onnx")

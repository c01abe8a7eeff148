"""Voice activity: whether somebody speaks."""

from __future__ import annotations

from typing import Protocol

from media_workflows.settings import Settings


class Vad(Protocol):
    """Hears one stretch of sound after another: mono, 16 kHz, signed 16 bits."""

    name: str
    chunk_samples: int

    def speech_probability(self, chunk: bytes) -> float:
        """How likely the next `chunk_samples` hold speech, 0 to 1."""


def load_vad(settings: Settings) -> Vad:
    """A fresh detector. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.vad.silero import SileroVad

    return SileroVad()

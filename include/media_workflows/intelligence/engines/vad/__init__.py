"""Voice activity detection (VAD)."""

from __future__ import annotations

from typing import Protocol

from media_workflows.settings import Settings


class Vad(Protocol):
    """A VAD engine. It processes consecutive chunks of sound: mono, 16 kHz, signed 16 bits."""

    name: str
    chunk_samples: int

    def speech_probability(self, chunk: bytes) -> float:
        """The probability of speech in the next `chunk_samples`, 0 to 1."""


def require_vad(settings: Settings) -> None:
    """Raises EngineUnavailableError if the detector is not installed; loads nothing."""
    from media_workflows.intelligence.engines.vad.silero import require_silero

    require_silero()


def load_vad(settings: Settings) -> Vad:
    """A new detector. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.vad.silero import SileroVad

    return SileroVad()

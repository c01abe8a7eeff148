"""Face detection, and embeddings that identify persons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from media_workflows.domain.features import Box
from media_workflows.settings import Settings


@dataclass(frozen=True)
class Face:
    """A detected face, in pixels of the picture. Embeddings of one person are less than 0.6 apart."""

    box: Box
    confidence: float
    embedding: tuple[float, ...]


class FaceDetector(Protocol):
    """A face detection engine. Pictures are numpy uint8, height x width x BGR."""

    name: str

    def detect(self, picture: Any) -> list[Face]:
        """The faces in a picture, with confidences of 0 to 100."""


def require_faces(settings: Settings) -> None:
    """Raises EngineUnavailableError if the configured engine is not installed; loads nothing."""
    from media_workflows.intelligence.engines.faces.dlib import require_dlib

    require_dlib()


def load_faces(settings: Settings) -> FaceDetector:
    """The configured engine. Raises EngineUnavailableError."""
    from media_workflows.intelligence.engines.faces.dlib import DlibFaces

    return DlibFaces()

"""What the sub-tasks of a recognition found."""

from __future__ import annotations

from typing import Literal

from media_workflows.domain.base import Model
from media_workflows.domain.features import Box, Span, TextSighting, Utterance


class FoundSegment(Span):
    """Where something is. `box` is None for what is heard."""

    confidence: float
    box: Box | None = None


class FaceResult(Model):
    """A person of the library; `person_id` and `name` are the library's."""

    person_id: int
    name: str
    description: str = ""
    labels: tuple[str, ...] = ()
    segments: tuple[FoundSegment, ...]


class FaceOutput(Model):
    """The persons that were seen."""

    shape: Literal["faces"] = "faces"
    results: tuple[FaceResult, ...] = ()


class WordResult(Model):
    """A word of the library, and where it is."""

    keyword: str
    labels: tuple[str, ...] = ()
    segments: tuple[FoundSegment, ...]


class WordsOutput(Model):
    """The words that were found."""

    shape: Literal["words"] = "words"
    results: tuple[WordResult, ...] = ()


class OcrFullTextOutput(Model):
    """All that is written."""

    shape: Literal["ocr_full_text"] = "ocr_full_text"
    segments: tuple[TextSighting, ...] = ()


class AsrFullTextOutput(Model):
    """All that is said. `subtitle` is (bucket, key) of the subtitle file; `engine` tells who heard it."""

    shape: Literal["asr_full_text"] = "asr_full_text"
    engine: str = ""
    segments: tuple[Utterance, ...] = ()
    subtitle: tuple[str, str] | None = None

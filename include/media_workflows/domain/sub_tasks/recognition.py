"""Results of the sub-tasks of a recognition."""

from __future__ import annotations

from typing import Literal

from media_workflows.domain.base import Model
from media_workflows.domain.features import Box, Span, TextSighting, Utterance


class FoundSegment(Span):
    """An occurrence in the source. `box` is None in speech."""

    confidence: float
    box: Box | None = None


class FaceResult(Model):
    """A recognised person of the library, with all occurrences."""

    person_id: int
    name: str
    description: str = ""
    labels: tuple[str, ...] = ()
    segments: tuple[FoundSegment, ...]


class UnknownFace(Model):
    """A person who is not recognised, with all occurrences; their confidences are those of the face detection.

    `similar_to`: the most similar person of the library, whose `similarity` is at least 50 but below the score;
    '' = none is.
    """

    number: int
    segments: tuple[FoundSegment, ...]
    similar_to: str = ""
    similarity: float | None = None


class FaceOutput(Model):
    """The recognised persons, and the others. `unlisted`: faces of persons beyond the first 100 unknown ones."""

    shape: Literal["faces"] = "faces"
    results: tuple[FaceResult, ...] = ()
    unknown: tuple[UnknownFace, ...] = ()
    unlisted: int = 0


class WordResult(Model):
    """A word of the library, with all occurrences."""

    keyword: str
    labels: tuple[str, ...] = ()
    segments: tuple[FoundSegment, ...]


class WordsOutput(Model):
    """The words of the library that were found."""

    shape: Literal["words"] = "words"
    results: tuple[WordResult, ...] = ()


class OcrFullTextOutput(Model):
    """The full text of OCR."""

    shape: Literal["ocr_full_text"] = "ocr_full_text"
    segments: tuple[TextSighting, ...] = ()


class AsrFullTextOutput(Model):
    """The full text of speech recognition by `engine`. `subtitle` is (bucket, key) of the subtitle file."""

    shape: Literal["asr_full_text"] = "asr_full_text"
    engine: str = ""
    segments: tuple[Utterance, ...] = ()
    subtitle: tuple[str, str] | None = None

"""`Features`: visual and audio features of a source, extracted once per run for review, recognition and analysis.

Times are seconds of the source. Boxes are pixels of the source as shown (after rotation): x1, y1, x2, y2.
Scores are 0 to 100, as the vendor's Confidence is.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model

FeatureName = Literal[
    "shots", "frames", "text", "speech", "transcript", "faces", "moderation", "labels", "sound", "picture"
]
VISUAL: frozenset[FeatureName] = frozenset({"shots", "frames", "text", "faces", "moderation", "labels", "picture"})
AUDIO: frozenset[FeatureName] = frozenset({"speech", "transcript", "sound"})
Box = tuple[int, int, int, int]


class Span(Model):
    """A time span of the source."""

    start_s: float
    end_s: float


class Shot(Span):
    """The frames between two cuts. `transition` is how the shot begins; the first one begins with a cut."""

    transition: Literal["cut", "fade"] = "cut"


class FrameMeasures(Model):
    """Measurements of a sampled frame; all but `sharpness` are 0 to 1. `motion` is that since the last one."""

    time_s: float
    shot: int
    sharpness: float
    brightness: float
    contrast: float
    colourfulness: float
    motion: float
    colours: tuple[str, ...] = Field((), description="Dominant ones, as #rrggbb, the largest first")


class TextLine(Model):
    """One line of text in a picture, from OCR."""

    text: str
    confidence: float
    box: Box


class TextSighting(Span):
    """Lines of text that are shown unchanged for a time span."""

    lines: tuple[TextLine, ...]


class Word(Span):
    """One spoken word; of Chinese, one character or one segmented word, as speech recognition returns it."""

    text: str
    confidence: float


class Utterance(Span):
    """A span of recognised speech."""

    text: str
    confidence: float
    words: tuple[Word, ...] = ()


class FaceSighting(Model):
    """A face in a sampled frame. `embedding` has 128 numbers; two of one person are less than 0.6 apart."""

    time_s: float
    shot: int
    box: Box
    confidence: float
    embedding: tuple[float, ...]


class ImageLabels(Model):
    """A classifier's scores of a sampled frame: label -> 0 to 100. `boxes` are set if the model returns them."""

    time_s: float
    shot: int
    scores: dict[str, float]
    boxes: dict[str, Box] = Field(default_factory=dict)


class Sound(Model):
    """Loudness by EBU R 128: integrated, and the momentary one for each second (LUFS; None = silence)."""

    integrated_lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    momentary_lufs: tuple[float | None, ...]
    silent: tuple[Span, ...]
    music_percent: float | None = None


class PictureProblems(Model):
    """Time spans in which the picture is black or frozen."""

    black: tuple[Span, ...] = ()
    frozen: tuple[Span, ...] = ()


class Features(Model):
    """All requested features. One that is not available is in `missing`, with the reason and what to do about it.

    `engines` names the engine of each feature, with its version and limits ("NudeNet 3.4.2 (weights: AGPL-3.0)").
    """

    duration_s: float
    width: int = 0
    height: int = 0
    engines: dict[FeatureName, str] = Field(default_factory=dict)
    missing: dict[FeatureName, str] = Field(default_factory=dict)
    counters: dict[str, int] = Field(
        default_factory=dict,
        description="Work done: decodes of the source, sampled frames, calls of the engines",
    )
    shots: tuple[Shot, ...] = ()
    frames: tuple[FrameMeasures, ...] = ()
    text: tuple[TextSighting, ...] = ()
    speech: tuple[Span, ...] = ()
    speech_language: str = Field("", description="ISO 639-1; `auto` if the model detects it for each segment")
    transcript: tuple[Utterance, ...] = ()
    unused_hot_words: tuple[str, ...] = Field(
        (), exclude_if=lambda words: not words, description="Hot words that speech recognition did not take"
    )
    faces: tuple[FaceSighting, ...] = ()
    moderation: tuple[ImageLabels, ...] = ()
    moderation_labels: tuple[str, ...] = Field((), description="All labels of the image model, found or not")
    labels: tuple[ImageLabels, ...] = ()
    sound: Sound | None = None
    picture: PictureProblems = PictureProblems()

"""`Features`: what was seen and heard in a source, once per run; review, recognition and analysis all read it.

Times are seconds of the source. Boxes are pixels of the source as shown (after rotation): x1, y1, x2, y2.
Scores are 0 to 100, as the reference's Confidence is.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model

FeatureName = Literal[
    "shots", "frames", "text", "speech", "transcript", "faces", "moderation", "labels", "sound", "picture"
]
Box = tuple[int, int, int, int]


class Span(Model):
    """From `start_s` to `end_s`."""

    start_s: float
    end_s: float


class Shot(Span):
    """Frames between two cuts. `transition` is how it begins; the first one begins with a cut."""

    transition: Literal["cut", "fade"] = "cut"


class FrameMeasures(Model):
    """A sampled frame. `brightness`, `contrast`, `colourfulness` and `motion` (since the last one) are 0 to 1."""

    time_s: float
    shot: int
    sharpness: float
    brightness: float
    contrast: float
    colourfulness: float
    motion: float
    colours: tuple[str, ...] = Field((), description="Dominant ones, as #rrggbb, the largest first")


class TextLine(Model):
    """One line of text in a picture."""

    text: str
    confidence: float
    box: Box


class TextSighting(Span):
    """Lines that stand unchanged for a while."""

    lines: tuple[TextLine, ...]


class Word(Span):
    """One spoken word; of Chinese, one character or one segmented word, as the recogniser gives it."""

    text: str
    confidence: float


class Utterance(Span):
    """A stretch of recognised speech."""

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
    """What a classifier says of a sampled frame: label -> 0 to 100. `boxes` where it tells them."""

    time_s: float
    shot: int
    scores: dict[str, float]
    boxes: dict[str, Box] = Field(default_factory=dict)


class Sound(Model):
    """Loudness by EBU R 128: the whole's, and the momentary one once a second (LUFS; None = silence)."""

    integrated_lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    momentary_lufs: tuple[float | None, ...]
    silent: tuple[Span, ...]
    music_percent: float | None = None


class PictureProblems(Model):
    """Where the picture is black or stands still."""

    black: tuple[Span, ...] = ()
    frozen: tuple[Span, ...] = ()


class Features(Model):
    """All that was asked for. A feature that could not be had is in `missing`, with the reason and what to do about it.

    `engines` tells who made each feature, with its version and its limits ("pocketsphinx 5.1.1, English, rough").
    """

    duration_s: float
    width: int = 0
    height: int = 0
    engines: dict[FeatureName, str] = Field(default_factory=dict)
    missing: dict[FeatureName, str] = Field(default_factory=dict)
    counters: dict[str, int] = Field(
        default_factory=dict,
        description="What it took: decodes of the source, frames sampled, how often engines looked",
    )
    shots: tuple[Shot, ...] = ()
    frames: tuple[FrameMeasures, ...] = ()
    text: tuple[TextSighting, ...] = ()
    speech: tuple[Span, ...] = ()
    transcript: tuple[Utterance, ...] = ()
    faces: tuple[FaceSighting, ...] = ()
    moderation: tuple[ImageLabels, ...] = ()
    moderation_labels: tuple[str, ...] = Field((), description="All that the image model can tell, found or not")
    labels: tuple[ImageLabels, ...] = ()
    sound: Sound | None = None
    picture: PictureProblems = PictureProblems()

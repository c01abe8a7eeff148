"""Results of the sub-tasks of an analysis."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.features import Span

# The basis of a tag: measurements of the source, the scores of an image model, or what is said and shown as text.
Basis = Literal["evidence", "model", "text"]


class Tag(Model):
    """A tag. `reason` gives the figures behind it: 'speech 83 % of the time'."""

    tag: str
    confidence: float
    basis: Basis
    reason: str


class TagOutput(Model):
    """Tags of the whole source: those of a model, from evidence, then topics of its text; of each the highest first."""

    shape: Literal["tags"] = "tags"
    tags: tuple[Tag, ...] = ()


class ClassificationOutput(Model):
    """Classes of the source, the highest confidence first."""

    shape: Literal["classification"] = "classification"
    classes: tuple[Tag, ...] = ()


class TaggedSpan(Span):
    """Consecutive shots that have the same tags."""

    tags: tuple[Tag, ...]


class FrameTagOutput(Model):
    """Tags of each part of the source."""

    shape: Literal["frame_tags"] = "frame_tags"
    segments: tuple[TaggedSpan, ...] = ()


class CoverOutput(Model):
    """The cover: its moment in the source, and (bucket, key) of its picture."""

    shape: Literal["cover"] = "cover"
    moment_s: float
    confidence: float
    reason: str
    picture: tuple[str, str] | None = None


# Where a clip begins or ends: at the source's own start or end, a cut, a pause, between two words, or none of these.
Edge = Literal["source", "cut", "pause", "word", "moment"]


class Highlight(Span):
    """A part of the source that stands out. `reason` says why it was chosen, and where it begins and ends.

    `figures` are standard deviations above the mean of the source, by what was measured; {} = it is the whole source.
    `moment_s` is the moment of its cover in the source; None = the source has no video. `clip` and `picture` are
    (bucket, key) of the published clip and cover; None = of an earlier version, or without video.
    """

    confidence: float
    reason: str
    figures: dict[str, float] = Field(default_factory=dict)
    begins: Edge = "moment"
    ends: Edge = "moment"
    moment_s: float | None = None
    clip: tuple[str, str] | None = None
    picture: tuple[str, str] | None = None


class HighlightOutput(Model):
    """The highlights, in the order of time."""

    shape: Literal["highlights"] = "highlights"
    segments: tuple[Highlight, ...] = ()


class Quote(Span):
    """A sentence of the transcript, as it was recognised. As a title it has no full stop, or is shortened ('…')."""

    text: str
    confidence: float


class Keyword(Model):
    """A term of the transcript: how often it is said, and the beginning of the first sentence that has it."""

    keyword: str
    count: int
    first_s: float


class Paragraph(Span):
    """A part of the speech. Its title and its sentences are quoted from it."""

    title: str
    keywords: tuple[str, ...] = ()
    sentences: tuple[Quote, ...] = ()


class Topic(Model):
    """A term that is repeated in the speech or in text in the picture: how often, and where, the first places only."""

    topic: str
    said: int
    shown: int
    segments: tuple[Span, ...] = ()


class DescriptionOutput(Model):
    """What is said, described by its own sentences: `extractive`, nothing is made up.

    `engine` and `language` are those of the speech recognition. `sentences` say most of the
    whole, in the order of time. `title` None = too little is said to quote it: there are only `topics`, of what is
    said and of the text in the picture.
    """

    shape: Literal["speech_description"] = "speech_description"
    method: Literal["extractive"] = "extractive"
    engine: str = ""
    language: str = ""
    confidence: float
    title: Quote | None = None
    topics: tuple[Topic, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    sentences: tuple[Quote, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()


class QualityOutput(Model):
    """Problems of picture and sound, and the loudness by EBU R 128 (None = silence, or no sound)."""

    shape: Literal["quality"] = "quality"
    has_picture: bool
    has_sound: bool
    black: tuple[Span, ...] = ()
    frozen: tuple[Span, ...] = ()
    silent: tuple[Span, ...] = ()
    integrated_lufs: float | None = None
    loudness_range_lu: float | None = None
    true_peak_dbtp: float | None = None

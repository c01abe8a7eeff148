"""What the sub-tasks of an analysis found."""

from __future__ import annotations

from typing import Literal

from media_workflows.domain.base import Model
from media_workflows.domain.features import Span

# What a tag was told from: what is measured of the source, or a zero-shot model's opinion.
Basis = Literal["evidence", "model"]


class Tag(Model):
    """`reason` says what it was told from, with figures: 'speech 83 % of the time'."""

    tag: str
    confidence: float
    basis: Basis
    reason: str


class TagOutput(Model):
    """Tags of the whole, the surest first."""

    shape: Literal["tags"] = "tags"
    tags: tuple[Tag, ...] = ()


class ClassificationOutput(Model):
    """Classes, the likeliest first."""

    shape: Literal["classification"] = "classification"
    classes: tuple[Tag, ...] = ()


class TaggedSpan(Span):
    """Shots in a row that have the same tags."""

    tags: tuple[Tag, ...]


class FrameTagOutput(Model):
    """Tags of each part."""

    shape: Literal["frame_tags"] = "frame_tags"
    segments: tuple[TaggedSpan, ...] = ()


class CoverOutput(Model):
    """The moment that stands for the whole, and (bucket, key) of its picture."""

    shape: Literal["cover"] = "cover"
    moment_s: float
    confidence: float
    reason: str
    picture: tuple[str, str] | None = None


class Highlight(Span):
    """`reason` says what stands out."""

    confidence: float
    reason: str


class HighlightOutput(Model):
    """The liveliest parts, in the order of time."""

    shape: Literal["highlights"] = "highlights"
    segments: tuple[Highlight, ...] = ()


class QualityOutput(Model):
    """Faults of picture and sound, and the loudness by EBU R 128 (None = silence, or no sound)."""

    shape: Literal["quality"] = "quality"
    has_picture: bool
    has_sound: bool
    black: tuple[Span, ...] = ()
    frozen: tuple[Span, ...] = ()
    silent: tuple[Span, ...] = ()
    integrated_lufs: float | None = None
    loudness_range_lu: float | None = None
    true_peak_dbtp: float | None = None

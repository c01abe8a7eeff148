"""What a check of a review found."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from media_workflows.domain.base import Model
from media_workflows.domain.features import Box, Span

Suggestion = Literal["pass", "review", "block"]


class Picture(Model):
    """A published picture of a moment. `url` gives it without credentials until `url_expires_at`; '' = none does."""

    bucket: str
    key: str
    url: str = ""
    url_expires_at: datetime | None = None


class ReviewSegment(Span):
    """A place that made the verdict. `moment_s` is where it shows best; `box` is None where nothing tells it.

    `label` is the classifier's, or the tag of the words; `name` that of a person.
    """

    confidence: float
    suggestion: Suggestion
    moment_s: float
    label: str = ""
    name: str = ""
    keywords: tuple[str, ...] = ()
    box: Box | None = None
    picture: Picture | None = None


class ReviewOutput(Model):
    """`confidence` and `label` are those of the worst place. `sample_rate` is frames per second; 0 = sound."""

    shape: Literal["review"] = "review"
    suggestion: Suggestion
    confidence: float
    label: str = ""
    sample_rate: float = 0.0
    duration_s: float
    segments: tuple[ReviewSegment, ...] = ()

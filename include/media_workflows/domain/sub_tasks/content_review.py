"""Results of the checks of a review."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from media_workflows.domain.base import Model
from media_workflows.domain.features import Box, Span

Suggestion = Literal["pass", "review", "block"]


class Picture(Model):
    """A published picture of a moment. `url` is presigned and valid until `url_expires_at`; '' = no URL."""

    bucket: str
    key: str
    url: str = ""
    url_expires_at: datetime | None = None


class ReviewSegment(Span):
    """A segment that led to the verdict. `moment_s` shows it best; `box` is None if the position is unknown.

    `label` is the classifier's, or the tag of the words; `name` is a person's.
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
    """The verdict. `confidence` and `label` are the worst segment's. `sample_rate` is frames per second; 0 = audio."""

    shape: Literal["review"] = "review"
    suggestion: Suggestion
    confidence: float
    label: str = ""
    sample_rate: float = 0.0
    duration_s: float
    segments: tuple[ReviewSegment, ...] = ()

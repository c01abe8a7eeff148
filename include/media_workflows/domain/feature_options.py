"""`FeatureOptions`: how densely the features of a source are sampled."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model

Language = Literal["auto", "zh", "en"]


class FeatureOptions(Model):
    """Options of feature extraction. Features are reused only if they are equal."""

    language: Language = Field(
        "auto", description="Language of the speech. `auto`: detected by speech recognition, if it supports that."
    )
    sample_interval_s: float = Field(
        0.5, ge=0.1, le=60, description="Seconds between two sampled frames; a new shot is always sampled."
    )
    max_frames: int = Field(
        20_000,
        ge=1,
        le=200_000,
        description="Maximum number of frames sampled by time; a longer source is sampled less often.",
    )
    face_interval_s: float = Field(
        1.0, ge=0.1, le=60, description="Seconds between two frames for face detection; a new shot is always sampled."
    )
    image_interval_s: float = Field(
        1.0, ge=0.1, le=60, description="Seconds between two frames for image models; a new shot is always sampled."
    )
    labels: tuple[str, ...] = Field((), description="Labels for the zero-shot model, in English.")
    hot_words: tuple[str, ...] = Field(
        (), exclude_if=lambda words: not words, description="Words that speech recognition should expect."
    )

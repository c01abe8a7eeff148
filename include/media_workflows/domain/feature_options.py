"""`FeatureOptions`: how densely the features of a source are sampled."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model

Language = Literal["auto", "zh", "en"]


class FeatureOptions(Model):
    """Options of feature extraction. Features are reused only if they are equal."""

    language: Language = Field("auto", description="Of the speech. `auto`: the recogniser finds out, where it can.")
    sample_interval_s: float = Field(
        0.5, ge=0.1, le=60, description="Seconds between two sampled frames; a new shot is sampled in any case."
    )
    max_frames: int = Field(
        20_000, ge=1, le=200_000, description="Most frames sampled by time; a longer source is sampled less often."
    )
    face_interval_s: float = Field(
        1.0, ge=0.1, le=60, description="Seconds between two frames that are searched for faces, likewise."
    )
    image_interval_s: float = Field(
        1.0, ge=0.1, le=60, description="Seconds between two frames that image models are shown, likewise."
    )
    labels: tuple[str, ...] = Field((), description="Labels that a zero-shot model chooses from, in English.")

"""`AutoLadder`: the limits of the streams that `ladder: auto` chooses for each source."""

from __future__ import annotations

from pydantic import Field, model_validator

from media_workflows.domain.base import Model, invalid

MAX_RUNGS = 10  # the vendor's: sub-streams of a ladder


class AutoLadder(Model):
    """What the chosen streams have: bitrates are averages, expected of the whole output."""

    max_rungs: int = Field(6, ge=1, le=MAX_RUNGS, description="Streams, at most")
    top_vmaf: float = Field(93, ge=60, le=98, description="VMAF NEG of the best stream, at the size of the source")
    vmaf_gap: float = Field(8, ge=2, le=40, description="VMAF from one stream to the next")
    min_bitrate_kbps: int = Field(150, ge=128, le=100_000, description="No stream below this, but for the best one")
    max_bitrate_kbps: int = Field(8000, ge=128, le=100_000, description="No stream above this")

    @model_validator(mode="after")
    def _in_order(self) -> AutoLadder:
        if self.min_bitrate_kbps >= self.max_bitrate_kbps:
            raise invalid(
                "min_bitrate_kbps ({least}) must be below max_bitrate_kbps ({most})",
                least=self.min_bitrate_kbps,
                most=self.max_bitrate_kbps,
            )
        return self

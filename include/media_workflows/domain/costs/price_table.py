"""`PriceTable`: what a cloud service bills for outputs, as its price page says it on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from media_workflows.domain.base import Model, invalid

BilledAs = Literal["video", "audio", "remux"]


class PriceRule(Model):
    """A price per minute of output. None = no limit; the first rule that an output fits is its price.

    `codec` is ffmpeg's name, '' = any. The edges are those of the picture as shown, in pixels.
    """

    billed_as: BilledAs
    codec: str = ""
    max_short_edge_px: int | None = Field(None, gt=0)
    max_long_edge_px: int | None = Field(None, gt=0)
    per_minute: Decimal = Field(ge=0, allow_inf_nan=False)


class PriceTable(Model):
    """The prices of one service in one region. `source` is the page that they are from, read on `read_on`.

    The duration of each output is rounded up to whole `step_s`, and is at least `minimum_s`. `missing` says why there
    are no prices; `notes` what the prices leave out.
    """

    service: str = Field(min_length=1, max_length=100)
    source: str = Field(pattern=r"^https?://\S+$", max_length=500)
    read_on: date
    region: str = Field(min_length=1, max_length=100)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    step_s: int = Field(1, ge=1, le=3600)
    minimum_s: int = Field(0, ge=0, le=3600)
    rules: tuple[PriceRule, ...] = Field((), max_length=500)
    missing: str = ""
    notes: str = ""

    @model_validator(mode="after")
    def _prices_or_a_reason(self) -> PriceTable:
        if bool(self.rules) == bool(self.missing):
            raise invalid("must have either `rules` or, where no price was found, `missing` with the reason")
        return self

"""What a cloud service would bill for outputs: output properties, to billed minutes, to a price."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from media_workflows.domain.base import Model
from media_workflows.domain.costs.price_table import BilledAs, PriceRule, PriceTable


class BilledOutput(Model):
    """An output as services bill it. `codec` is that of its video, by ffmpeg's name; '' = sound alone, or unknown.

    The edges are those of its picture as shown, in pixels; 0 = it has none.
    """

    billed_as: BilledAs
    codec: str = ""
    short_edge_px: int = 0
    long_edge_px: int = 0
    duration_s: float


class VendorBill(Model):
    """What a service would bill. `minutes` are those that it bills, `unpriced` of these those without a price.

    `amount` None = none of the minutes has a price; `missing` then may say why.
    """

    service: str
    region: str
    currency: str
    read_on: date
    source: str
    minutes: float
    unpriced: float
    amount: float | None
    missing: str = ""
    notes: str = ""


def vendor_bill(table: PriceTable, outputs: Sequence[BilledOutput]) -> VendorBill:
    """The bill of a service for these outputs, each rounded on its own."""
    minutes = [billed_minutes(table, output.duration_s) for output in outputs]
    prices = [price_per_minute(table.rules, output) for output in outputs]
    charged = [price * minute for price, minute in zip(prices, minutes, strict=True) if price is not None]
    unpriced = sum((minute for price, minute in zip(prices, minutes, strict=True) if price is None), Decimal(0))
    has_price = bool(table.rules) and (bool(charged) or not outputs)
    return VendorBill(
        **table.model_dump(include={"service", "region", "currency", "read_on", "source", "missing", "notes"}),
        minutes=round(float(sum(minutes, Decimal(0))), 4),
        unpriced=round(float(unpriced), 4),
        amount=round(float(sum(charged, Decimal(0))), 6) if has_price else None,
    )


def billed_minutes(table: PriceTable, duration_s: float) -> Decimal:
    """The minutes that a service bills for an output of this duration in seconds."""
    whole_s = math.ceil(round(duration_s, 3) / table.step_s) * table.step_s
    return Decimal(max(whole_s, table.minimum_s)) / 60


def price_per_minute(rules: Sequence[PriceRule], output: BilledOutput) -> Decimal | None:
    """The price of the first rule that an output fits; None = there is none."""
    return next((rule.per_minute for rule in rules if _fits(rule, output)), None)


def _fits(rule: PriceRule, output: BilledOutput) -> bool:
    return (
        rule.billed_as == output.billed_as
        and rule.codec in ("", output.codec)
        and output.short_edge_px <= (rule.max_short_edge_px or output.short_edge_px)
        and output.long_edge_px <= (rule.max_long_edge_px or output.long_edge_px)
    )

"""`Bill`: what a run used, what that costs here, and what cloud services would bill for the same outputs."""

from __future__ import annotations

from collections.abc import Sequence

from media_workflows.domain.base import Model
from media_workflows.domain.costs.own_cost import OwnCost, OwnPrices, own_cost
from media_workflows.domain.costs.price_table import PriceTable
from media_workflows.domain.costs.vendor_bill import BilledOutput, VendorBill, vendor_bill
from media_workflows.domain.usage import Usage


class Bill(Model):
    """Of a run, or of one as it is estimated. `own` None = the settings have no price.

    `usage.wall_s` is the time of its steps, one after the other; the source counts once in `usage.bytes_in`.
    """

    usage: Usage
    own: OwnCost | None
    services: tuple[VendorBill, ...]


def bill_of(usage: Usage, outputs: Sequence[BilledOutput], prices: OwnPrices, tables: Sequence[PriceTable]) -> Bill:
    """The bill by the owner's prices, and by each table."""
    services = tuple(vendor_bill(table, outputs) for table in tables)
    return Bill(usage=usage, own=own_cost(prices, usage), services=services)

"""What a run costs on the owner's machines, by the owner's prices."""

from __future__ import annotations

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.usage import Usage
from media_workflows.settings import Settings

GB = 1_000_000_000  # bytes, as storage is priced
_HOUR_S = 3600


class OwnPrices(Model):
    """The owner's prices; None = that part has none. `per_gb_stored` is for a month."""

    currency: str = ""
    per_cpu_hour: float | None = Field(None, ge=0)
    per_gb_stored: float | None = Field(None, ge=0)
    per_gb_transferred: float | None = Field(None, ge=0)

    @property
    def any(self) -> bool:
        """Whether the owner has set a price."""
        return any(price is not None for price in (self.per_cpu_hour, self.per_gb_stored, self.per_gb_transferred))


def own_prices(settings: Settings) -> OwnPrices:
    """The owner's prices, from the settings."""
    return OwnPrices(
        currency=settings.price_currency,
        per_cpu_hour=settings.price_per_cpu_hour,
        per_gb_stored=settings.price_per_gb_stored,
        per_gb_transferred=settings.price_per_gb_transferred,
    )


class OwnCost(Model):
    """Amounts in `currency`; None = the owner has set no price for that part.

    `storage` keeps the outputs for a month, `transfer` is that of bytes read and written. `total` is their sum.
    """

    currency: str
    cpu: float | None
    storage: float | None
    transfer: float | None
    total: float


def own_cost(prices: OwnPrices, usage: Usage) -> OwnCost | None:
    """The cost of what was used; None = the owner has set no price."""
    if not prices.any:
        return None
    moved_gb = (usage.bytes_in + usage.bytes_out) / GB
    cpu = _amount(prices.per_cpu_hour, usage.cpu_s / _HOUR_S)
    storage = _amount(prices.per_gb_stored, usage.bytes_out / GB)
    transfer = _amount(prices.per_gb_transferred, moved_gb)
    total = sum(part for part in (cpu, storage, transfer) if part is not None)
    return OwnCost(currency=prices.currency, cpu=cpu, storage=storage, transfer=transfer, total=round(total, 6))


def _amount(price: float | None, units: float) -> float | None:
    return None if price is None else round(price * units, 6)

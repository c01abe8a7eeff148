"""Own prices: an hour of a core, a GB stored for a month, a GB moved."""

from __future__ import annotations

import pytest

from media_workflows.domain.costs.own_cost import OwnPrices, own_cost
from media_workflows.domain.usage import Usage, total_usage

USED = Usage(cpu_s=1800, wall_s=900, bytes_in=3_000_000_000, bytes_out=1_000_000_000)


def test_each_part_has_its_price() -> None:
    prices = OwnPrices(currency="EUR", per_cpu_hour=0.04, per_gb_stored=0.02, per_gb_transferred=0.01)
    found = own_cost(prices, USED)
    assert found is not None
    assert (found.cpu, found.storage, found.transfer) == (0.02, 0.02, 0.04)
    assert (found.total, found.currency) == (pytest.approx(0.08), "EUR")


def test_a_part_without_a_price_is_left_out() -> None:
    assert own_cost(OwnPrices(), USED) is None
    found = own_cost(OwnPrices(per_cpu_hour=1), USED)
    assert found is not None
    assert (found.cpu, found.storage, found.transfer, found.total) == (0.5, None, None, 0.5)
    free = own_cost(OwnPrices(per_cpu_hour=0), USED)
    assert free is not None
    assert free.total == 0


def test_steps_are_added_up() -> None:
    assert total_usage([USED, Usage(cpu_s=0.5, wall_s=1, bytes_in=1, bytes_out=2)]) == Usage(
        cpu_s=1800.5, wall_s=901, bytes_in=3_000_000_001, bytes_out=1_000_000_002
    )
    assert total_usage([]) == Usage()

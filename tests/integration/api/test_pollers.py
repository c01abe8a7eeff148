"""Many open pages at once, with a small pool of connections to Airflow's database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

POOL = 3
POLLERS = 30


@pytest.fixture
def small_pool(airflow_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Airflow's engine with a pool of POOL connections."""
    from airflow import settings

    def configure() -> None:
        settings.dispose_orm()
        settings.configure_orm()

    with monkeypatch.context() as patch:
        patch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_ENABLED", "True")
        patch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE", str(POOL))
        patch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW", "0")
        configure()
        yield settings.engine.pool
    configure()


def test_every_poller_gets_an_answer_and_no_connection_is_kept(
    app: Any, admin: Any, create: Any, add_run: Any, small_pool: Any
) -> None:
    workflow = create("polled")
    add_run(workflow, "r1", "running")
    paths = ["/workflows", "/runs?results=false", f"/runs/r1?workflow={workflow}", "/deliveries", "/uploads"]

    async def poll() -> Counter[int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://airflow.example", timeout=600) as client:
            asked = [
                client.get(f"/api/v1{path}", headers={"x-user": "admin", "authorization": f"Bearer {number}"})
                for number in range(POLLERS)
                for path in paths
            ]
            return Counter(answer.status_code for answer in await asyncio.gather(*asked))

    assert asyncio.run(poll()) == {200: POLLERS * len(paths)}
    assert small_pool.checkedout() == 0

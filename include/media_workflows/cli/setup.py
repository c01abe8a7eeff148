"""`media-workflows init`: migrates the database and creates the Airflow pools."""

from __future__ import annotations

from typing import Annotated

import typer

from media_workflows.settings import get_settings


def init(
    encode_slots: Annotated[int, typer.Option(help="Slots of the encode pool, about half the cores")] = 1,
    light_slots: Annotated[int, typer.Option(help="Slots of the pool for pictures")] = 2,
) -> None:
    """Upgrade the product's database to the current schema and create the Airflow pools."""
    from media_workflows.airflow_adapter.dag_state import ensure_pools
    from media_workflows.store.engine import database_url
    from media_workflows.store.migrate import upgrade

    settings = get_settings()
    upgrade(database_url(settings))
    pools = {settings.encode_pool: encode_slots, settings.light_pool: light_slots}
    ensure_pools({name: slots for name, slots in pools.items() if name != "default_pool"})

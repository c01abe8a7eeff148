"""State of this process that a changed environment makes stale."""

from __future__ import annotations

import sys

from media_workflows.settings import get_settings


def clear_caches() -> None:
    """Forget settings, engines and clients, so that a changed environment counts."""
    from media_workflows.store.engine import _engine_for, close_connections

    get_settings.cache_clear()
    close_connections()
    _engine_for.cache_clear()
    if connections := sys.modules.get("media_workflows.airflow_adapter.connections"):  # boto3 takes time to import
        connections._clients_of.cache_clear()

"""State of this process that a changed environment makes stale."""

from __future__ import annotations

from media_workflows.settings import get_settings


def clear_caches() -> None:
    """Forget settings and engines, so that a changed environment counts."""
    from media_workflows.store.engine import _engine_for

    get_settings.cache_clear()
    _engine_for.cache_clear()

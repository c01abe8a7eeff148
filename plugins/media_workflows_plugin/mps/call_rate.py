"""The limit of calls per second of one API key, which also bounds the signatures that are kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from media_workflows.settings import get_settings
from media_workflows_plugin.mps.errors import TooManyCallsError


class CallRate:
    """For each key, calls that are left of the last second. Each process counts its own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}  # by key: (calls, at which time)

    def require(self, secret_id: str) -> None:
        """Count a call. Raises TooManyCallsError."""
        limit, now = get_settings().api_key_calls_per_s, self._clock()
        with self._lock:
            left, at = self._left.get(secret_id, (float(limit), now))
            left = min(float(limit), left + (now - at) * limit)
            self._left[secret_id] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            raise TooManyCallsError(
                "API key {secret_id} made more than {limit} calls within a second: call less often, or let an "
                "administrator raise setting api_key_calls_per_s",
                secret_id=secret_id,
                limit=limit,
            )


CALL_RATE = CallRate()

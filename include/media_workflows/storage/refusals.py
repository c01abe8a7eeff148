"""`repeat_refused`: an S3 client that repeats requests refused for their credentials or permissions.

Credentials and policies are replaced while jobs run, and a storage may refuse both for a minute. A task that waits
keeps what it has encoded; one that fails encodes again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from media_workflows.storage.s3_errors import is_refusal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SHORTEST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
_NAME = "media-workflows-repeat-refused"

log = structlog.get_logger(__name__)


def repeat_refused(client: S3Client, for_s: float) -> S3Client:
    """The same client; each kind of request is repeated for at most `for_s` seconds since it was last accepted.

    For tasks only: a caller blocks for that time. Each repetition is signed again, with the credentials of that moment.
    """
    handler: Callable[..., Any] = Refusals(for_s)  # this event's handlers return seconds; the stubs allow None only
    client.meta.events.register("needs-retry.s3", handler, unique_id=_NAME)
    return client


class Refusals:
    """A handler of botocore's event `needs-retry`, which is sent after every response; callable from several threads.

    The time counts per operation, not per request: when a permission is missing for good, the many requests of a
    publication and of its undoing wait once in total.
    """

    def __init__(self, for_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._for_s = for_s
        self._clock = clock
        self._since: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, response: Any, operation: Any, **_: Any) -> float | None:
        """Seconds until the request is repeated; None leaves the decision to botocore's own handler."""
        if response is None:  # the request failed without a response
            return None
        answer = response[1]
        code = answer.get("Error", {}).get("Code", "")
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        with self._lock:
            if not is_refusal(code, status):
                self._since.pop(operation.name, None)
                return None
            return self._pause(operation.name, code or str(status))

    def _pause(self, operation: str, cause: str) -> float | None:
        """A pause of half the time since the first refusal: few requests, and none much too late."""
        now = self._clock()
        if operation not in self._since:
            log.warning("the storage refuses access; repeating", operation=operation, cause=cause, for_s=self._for_s)
        waited_s = now - self._since.setdefault(operation, now)
        left_s = self._for_s - waited_s
        return min(max(waited_s / 2, SHORTEST_PAUSE_S), LONGEST_PAUSE_S, left_s) if left_s > 0 else None

"""`repeated`: what a step has to renew in the store while it works."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from media_workflows.execution.progress import Log


@contextmanager
def repeated(action: Callable[[], object], interval_s: float, log: Log, failure: str) -> Iterator[None]:
    """Calls `action` in a thread while the block lasts, each `interval_s` seconds.

    The database may be away meanwhile: then `failure` and the cause are logged, and the next call tries again.
    """
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(interval_s):
            try:
                action()
            except SQLAlchemyError as error:
                log(f"{failure}: {error}")

    context = contextvars.copy_context()  # its records name the run, as those of the step
    thread = threading.Thread(target=context.run, args=(repeat,), name="repeated", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

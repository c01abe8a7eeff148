"""What the records of a log are about: bound once, and in each record of structlog and of Python's logging.

Airflow adds `dag_id` (the workflow), `run_id`, `task_id` (the step) and `try_number` to each record of a task. Here are
`object`, and for processes that work on many runs also `workflow` and `run`.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from structlog.contextvars import bind_contextvars, bound_contextvars

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def log_object(bucket: str, key: str) -> None:
    """From now on, records of this context name the object: the rest of a task is about it."""
    bind_contextvars(object=f"{bucket}/{key}")


@contextmanager
def logs_about(*, workflow: str = "", run: str = "", bucket: str = "", key: str = "", **more: Any) -> Iterator[None]:
    """Records within the context name the workflow, the run and the object, as far as they are known."""
    about = {"workflow": workflow, "run": run, "object": f"{bucket}/{key}" if key else "", **more}
    with bound_contextvars(**{name: value for name, value in about.items() if value}):
        yield


class ContextThreads(ThreadPoolExecutor):
    """Threads that work in the context of whom they work for: its records name the run, its spans have a parent."""

    def submit(
        self, work: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Future[Result]:
        """As of its base, in a copy of the caller's context."""
        return super().submit(contextvars.copy_context().run, work, *args, **kwargs)  # type: ignore[arg-type]

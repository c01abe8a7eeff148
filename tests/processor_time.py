"""The processor time of a command, as it is when the machine does nothing else."""

from __future__ import annotations

import resource
from collections.abc import Callable

TRIES = 5  # a process takes more on a busy machine, in most of them, but not in all


def least_cpu_s(run: Callable[[], object]) -> float:
    """The processor seconds of what `run` starts and awaits: the least of a few tries."""
    return min(_cpu_s(run) for _ in range(TRIES))


def _cpu_s(run: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

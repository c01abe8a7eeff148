"""The processor time of a collection by consumer: each feature, each engine, ffmpeg."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

ENGINE = " engine"  # ends the names of engines: "faces" is our part of face detection, "faces engine" dlib's
FFMPEG, LOADING, REST = "ffmpeg", "loading of engines", "rest"

_Engine = TypeVar("_Engine")
_P = ParamSpec("_P")
_T = TypeVar("_T")


class CpuShares:
    """Processor seconds by consumer. One inside another counts for itself only, so that the sum is the whole.

    All threads of the process count, as engines have their own; two collections at once in one process would count
    each other's.
    """

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._open = [REST]
        self._since_s = time.process_time()

    @contextmanager
    def of(self, consumer: str) -> Iterator[None]:
        """Count what runs inside for this consumer."""
        self._turn()
        self._open.append(consumer)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def timed(self, engine: _Engine, feature: str) -> _Engine:
        """The engine, whose calls are counted for '<feature> engine'."""
        return cast(_Engine, _Timed(engine, self, feature + ENGINE))

    def rounded(self) -> dict[str, float]:
        """The seconds so far, the most first."""
        self._turn()
        return {name: round(spent_s, 3) for name, spent_s in sorted(self.seconds.items(), key=lambda one: -one[1])}

    def _turn(self) -> None:
        now_s = time.process_time()
        self.seconds[self._open[-1]] += now_s - self._since_s
        self._since_s = now_s


class _Timed:
    """An engine with its attributes as they are, and its methods counted."""

    def __init__(self, engine: Any, shares: CpuShares, name: str) -> None:
        self._engine, self._shares, self._name = engine, shares, name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._engine, attribute)
        return self._counted(value) if callable(value) else value

    def _counted(self, method: Callable[_P, _T]) -> Callable[_P, _T]:
        @wraps(method)
        def counted(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            with self._shares.of(self._name):
                return method(*args, **kwargs)

        return counted

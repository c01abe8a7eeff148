"""One call of a function for all threads that ask at the same time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from threading import Lock


class SharedCall:
    """Each caller returns after a call that began after it asked. Callers that ask during a call share the next one.

    However many ask, one call is in progress, and two are the longest wait.
    """

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self._turn = Lock()
        self._order = count()
        self._covered = -1  # all who asked before this number have had their call

    def __call__(self) -> None:
        """Call the function, unless another thread's call began after this one asked."""
        asked = next(self._order)
        with self._turn:
            if asked < self._covered:
                return
            covers = next(self._order)
            self._function()
            self._covered = covers

"""`CancelToken`: ends the ffmpeg processes of a job from outside."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from media_workflows.domain.result import RanCommand
from media_workflows.errors import JobCancelledError
from media_workflows.media.ffmpeg.limits import Process, signal_group


class CancelToken:
    """A flag that stops a job from another thread or from a signal handler. Once set it stays set.

    As every ffmpeg of the job passes here, `commands` lists those that have ended.
    """

    def __init__(self) -> None:
        self.commands: list[RanCommand] = []
        self._cancelled = False
        self._process: Process | None = None

    def cancel(self) -> None:
        """Kill the running ffmpeg and prevent later ones from starting. Returns at once; takes no lock.

        The process is killed without a grace period, because its output is discarded in any case.
        """
        self._cancelled = True
        if (process := self._process) is not None:
            signal_group(process, signal.SIGKILL)

    def check(self) -> None:
        """Raises JobCancelledError once cancelled."""
        if self._cancelled:
            raise JobCancelledError("the job was cancelled; start the run again to repeat it")

    def attach(self, process: Process | None) -> None:
        """Set the process that `cancel` kills. Raises JobCancelledError when `cancel` was called before."""
        self._process = process
        if process is not None:
            self.check()


@contextmanager
def cancelled_after(seconds: float) -> Iterator[CancelToken]:
    """A timeout: commands that run with this cancellation raise JobCancelledError after `seconds`."""
    cancellation = CancelToken()
    timer = threading.Timer(seconds, cancellation.cancel)
    timer.daemon = True
    timer.start()
    try:
        yield cancellation
    finally:
        timer.cancel()

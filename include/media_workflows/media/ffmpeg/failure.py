"""The error of an ffmpeg that failed, by its exit code and the last lines of its output."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection

from media_workflows.errors import DISK_FULL, EncodeError, WorkerError

_MOSTLY_UNDECODABLE = 69  # ffmpeg's exit code when more than two thirds of the packets do not decode
# Sent by the kernel or by people; this product sends them after a cancellation or at a limit, which are other errors.
_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT})
_ENDED_BY_SIGNAL = 255  # ffmpeg's exit code when it could still end its output; also that of "not permitted"
_OWN_FAILURE = ("Task finished with error code", "Terminating thread with return code")
_DISK_FULL = tuple(map(os.strerror, DISK_FULL))  # as ffmpeg prints them


def last_lines(tail: Collection[str]) -> str:
    """The end of ffmpeg's output, for an error."""
    return "\n".join(tail or ["(nothing)"])


def failure(code: int, tail: Collection[str]) -> EncodeError | WorkerError:
    """The error of an exit code other than 0; below 0 it is a signal's number."""
    output = last_lines(tail)
    failed_itself = any(words in line for line in tail for words in _OWN_FAILURE)
    if -code in _FROM_OUTSIDE or (code == _ENDED_BY_SIGNAL and not failed_itself):
        return WorkerError(
            "ffmpeg was ended by {signal} from outside: the worker ran out of memory, or it is being stopped; "
            "last output:\n{output}",
            signal=signal.Signals(-code).name if code < 0 else "a signal",
            output=output,
        )
    if any(words in line for line in tail for words in _DISK_FULL):
        return WorkerError(
            "ffmpeg could not write: no space left on the worker's disk; free space below the setting data_dir, or let "
            "it point to a larger disk; last output:\n{output}",
            output=output,
        )
    if code < 0:
        return EncodeError(
            "ffmpeg was ended by {signal}; its last output:\n{output}",
            signal=signal.Signals(-code).name,
            output=output,
        )
    if code == _MOSTLY_UNDECODABLE:
        return EncodeError(
            "ffmpeg ended with exit code {code} (more than two thirds of the source's packets do not decode); its last "
            "output:\n{output}",
            code=code,
            output=output,
        )
    return EncodeError("ffmpeg ended with exit code {code}; its last output:\n{output}", code=code, output=output)

"""`isolated`: a function that reads a user's file in a child process with limits of time and memory.

A hostile file can make the libraries that read it loop, allocate or crash. The child is forked for each call (see
docs/decisions/0013-limits.md for the cost). It uses the libraries that read media and nothing else of its parent: no
connection, no file, no thread. A lock that another thread of the parent held at the fork is never released in the
child, which then waits forever: one that neither computes nor reads is ended, and another is forked.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import gc
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Concatenate, NoReturn, ParamSpec, TypeVar

from media_workflows.errors import LimitExceededError, MediaWorkflowsError, UnreadableSourceError, WorkerError
from media_workflows.media.ffmpeg.usage import Usage, memory_bytes, usage
from media_workflows.media.source.kept_readings import reading_of
from media_workflows.settings import get_settings

_P = ParamSpec("_P")
_T = TypeVar("_T")

_BYTES_PER_S = 10_000_000  # the slowest disk that a packet count is expected to read from
_POLL_S = 0.1
_LONGEST_PASS_S = 5 * _POLL_S  # between two looks: more is time in which this process stood still, as its child did
_IDLE_S = 10.0  # reads that wait for a disk at a load of 60 were done in 2 s
_FORKS = 3
_STDERR = 2
_OPEN_FILES = Path("/proc/self/fd")
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)
_CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT)
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, *_CRASHES)

_libc = ctypes.CDLL(None)
_is_child = False


def isolated(function: Callable[Concatenate[Path, _P], _T]) -> Callable[Concatenate[Path, _P], _T]:
    """Run each call of `function`, which reads the file of its first argument, in a child process.

    Its value or exception is passed on; values of a file whose readings are kept are taken from there. Raises
    LimitExceededError at a limit of the settings, UnreadableSourceError when the child crashed, WorkerError when
    something else killed it.
    """

    @functools.wraps(function)
    def called(path: Path, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        if _is_child or not hasattr(os, "fork"):
            return function(path, *args, **kwargs)
        reading = reading_of(path, f"{function.__module__}.{function.__qualname__}", (args, kwargs))
        if reading and (kept := reading.found()):
            known: _T = kept.value
            return known
        for _ in range(_FORKS):
            answer = _asked(path, lambda: function(path, *args, **kwargs))
            if answer is not None:
                break
        else:
            raise WorkerError(
                "reading '{file}' made no progress for {seconds} s, {times} times: the disk or the worker hangs",
                file=path.name,
                seconds=f"{_IDLE_S:.0f}",
                times=_FORKS,
            )
        is_value, found = pickle.loads(answer)
        if not is_value:
            raise found
        if reading:
            reading.keep(found)
        result: _T = found
        return result

    return called


def _asked(path: Path, function: Callable[[], object]) -> bytes | None:
    """The outcome of one child; None when it hung."""
    mine, its = Pipe(duplex=False)
    with mine:
        limit_s = get_settings().probe_timeout_s + (path.stat().st_size / _BYTES_PER_S if path.is_file() else 0)
        parent = os.getpid()
        shared_bytes = memory_bytes(parent)
        with _no_garbage_collection():
            pid = os.fork()
            if pid == 0:
                _run(parent, its, function)
        its.close()
        return _answer(pid, mine, path, limit_s, shared_bytes + get_settings().probe_memory_bytes)


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """No object of the parent is freed in the child, which inherits this.

    To free a decoder waits for its threads, and the child has none of them: it would hang, and so would the children
    after it, as their count of objects reaches the collector's threshold at the same place. To free a file or
    connection closes a number that may be another file by then.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _run(parent: int, pipe: Connection, function: Callable[[], object]) -> NoReturn:
    """The child: never returns into the code of its parent."""
    global _is_child
    status = 1
    try:
        _is_child = True
        os.setsid()
        if sys.platform == "linux":
            _libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before that
            os._exit(status)
        for number in _ENDING:  # a handler of the parent may return, and a crash would repeat forever
            signal.signal(number, signal.SIG_DFL)
        _close_others(pipe.fileno())
        pipe.send_bytes(_outcome(function))
        status = 0
    finally:
        os._exit(status)


def _close_others(kept: int) -> None:
    """Close the parent's files and connections: the other side of them must see when the parent ends."""
    numbers = [int(entry.name) for entry in _OPEN_FILES.iterdir()] if _OPEN_FILES.is_dir() else []
    for number in numbers:
        if number > _STDERR and number != kept:
            with contextlib.suppress(OSError):  # that of the directory
                os.close(number)


def _outcome(function: Callable[[], object]) -> bytes:
    try:
        return pickle.dumps((True, function()))
    except MediaWorkflowsError as error:
        return pickle.dumps((False, error))
    except Exception as error:
        where = traceback.format_exc()
        error.add_note(where)
        try:
            outcome = pickle.dumps((False, error))
            pickle.loads(outcome)
        except Exception:  # one that cannot be copied
            return pickle.dumps((False, RuntimeError(where)))
        return outcome


def _answer(pid: int, pipe: Connection, path: Path, limit_s: float, most_bytes: int) -> bytes | None:
    """The bytes that the child sends, None when it hung; it is gone afterwards."""
    at, waited_s, still_s = time.monotonic(), 0.0, 0.0
    last = Usage()
    status = None
    try:
        while not pipe.poll(_POLL_S):
            before, at, now = at, time.monotonic(), usage(pid)
            passed_s = min(at - before, _LONGEST_PASS_S)
            waited_s, still_s = waited_s + passed_s, still_s + passed_s
            if waited_s > limit_s:
                raise LimitExceededError(
                    "reading '{file}' took more than {seconds} s (setting probe_timeout_s): it is damaged, or made to "
                    "be expensive; convert it and upload it again, or raise the setting",
                    file=path.name,
                    seconds=f"{limit_s:.0f}",
                )
            if now.memory_bytes > most_bytes:
                raise LimitExceededError(
                    "reading '{file}' took more than {limit} MiB of memory (setting probe_memory_bytes): it is "
                    "damaged, or made to be expensive; convert it and upload it again, or raise the setting",
                    file=path.name,
                    limit=get_settings().probe_memory_bytes // 1024**2,
                )
            if (now.cpu_s, now.read_bytes) != (last.cpu_s, last.read_bytes):
                last, still_s = now, 0.0
            elif now.memory_bytes and still_s > _IDLE_S:
                return None
        return pipe.recv_bytes()
    except EOFError:
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        raise _crash(status, path) from None
    finally:
        if status is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _crash(status: int, path: Path) -> UnreadableSourceError | WorkerError:
    name = signal.Signals(-status).name if status < 0 else f"exit code {status}"
    if -status in _FROM_OUTSIDE:
        return WorkerError(
            "reading '{file}' was ended by {signal} from outside: the worker ran out of memory, or it is being stopped",
            file=path.name,
            signal=name,
        )
    return UnreadableSourceError(
        "reading '{file}' crashed ({signal}): it is damaged; convert it and upload it again",
        file=path.name,
        signal=name,
    )

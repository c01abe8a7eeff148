"""What a test must not leave behind: threads, child processes, temporary files."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

GRACE_S = 60.0
POLL_S = 0.01
# Pools that the product and apprise keep for the life of their process.
LASTING_THREADS = ("bucket-region", "event-delivery", "callback-dns", "apprise")
# Python's own helper of `multiprocessing`: one for a process, until it ends.
LASTING_CHILD = "multiprocessing.resource_tracker"
PYTEST_DIRECTORY = "pytest-of-"
LASTING_FILES = (PYTEST_DIRECTORY, "pulse-")  # the browser keeps the latter as long as it runs


@dataclass(frozen=True)
class Resources:
    """What is alive in this process at one moment."""

    threads: frozenset[threading.Thread]
    children: frozenset[int]
    files: frozenset[str]

    @classmethod
    def now(cls) -> Resources:
        lasting = (thread for thread in threading.enumerate() if not thread.name.startswith(LASTING_THREADS))
        files = (name for name in _names() if not name.startswith(LASTING_FILES))
        return cls(frozenset(lasting), frozenset(_children()), frozenset(files))

    def since(self, before: Resources) -> list[str]:
        """What is here and was not then, in words."""
        return [
            *(f"thread {thread.name}" for thread in self.threads - before.threads),
            *(f"process {pid}: {_command(pid)}" for pid in self.children - before.children),
            *(f"temporary file {name}" for name in self.files - before.files),
        ]


def leftovers(before: Resources, supervised: bool = False) -> list[str]:
    """What is still there that was not before; what is about to end gets GRACE_S seconds.

    `supervised`: child processes do not count, for a supervisor starts what dies again, at any time.
    """
    deadline = time.monotonic() + GRACE_S
    while (left := _left(before, supervised)) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    return left


def _left(before: Resources, supervised: bool) -> list[str]:
    now = Resources.now()
    return (replace(now, children=frozenset()) if supervised else now).since(before)


def processes_with(variable: str, value: str) -> list[str]:
    """Processes other than this one whose environment sets a variable to a value, wherever they were started."""
    wanted, found = f"{variable}={value}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in environment and int(process.name) != os.getpid() and not _lasts(int(process.name)):
            found.append(f"process {process.name}: {_command(int(process.name))}")
    return found


def _names() -> list[str]:
    return [path.name for path in Path(tempfile.gettempdir()).iterdir()]


def _children() -> list[int]:
    """Process ids of this process's own children, ended ones that nothing has waited for included."""
    pids: list[int] = []
    for task in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # of a thread that has just ended
            pids += map(int, task.read_text().split())
    return [pid for pid in pids if not _lasts(pid)]


def _lasts(pid: int) -> bool:
    return LASTING_CHILD in _command(pid)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:200]
    except OSError:
        return "(ended)"

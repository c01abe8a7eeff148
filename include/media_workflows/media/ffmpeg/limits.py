"""The limits of a process: without progress, in total, and of memory; and the watchdog that ends it at one of them."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Literal, Protocol

from media_workflows.errors import LimitExceededError, WorkerError
from media_workflows.media.ffmpeg.usage import Usage, machine_memory_bytes, usage
from media_workflows.settings import Settings

_POLL_S = 0.25
_LONGEST_PASS_S = 2 * _POLL_S  # between two looks: more is time in which this process stood still, as its ffmpeg did
_MEMORY_SHARE = 0.75  # of the machine: the kernel must not be the first to act, since it may end another process
_IDLE_SHARE = 0.01  # of one core; a process that competes with dozens of others still gets more
_PROGRESS_KEYS = frozenset({"frame", "total_size", "out_time_us"})

Breach = Literal["busy", "idle", "wall", "memory"]


class Process(Protocol):
    """The leader of a process group, as `subprocess` starts it; `returncode` None = not reaped."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...


@dataclass(frozen=True)
class ProcessLimits:
    """The limits of one process. It gets SIGTERM at one of the first two, and SIGKILL `grace_s` seconds later."""

    stall_s: float
    wall_s: float
    memory_bytes: int
    grace_s: float


def ffmpeg_limits(settings: Settings, media_s: float) -> ProcessLimits:
    """The limits of an ffmpeg that processes `media_s` seconds of media."""
    return ProcessLimits(
        stall_s=settings.ffmpeg_stall_s,
        wall_s=settings.ffmpeg_wall_base_s + settings.ffmpeg_wall_per_media_s * media_s,
        memory_bytes=min(settings.ffmpeg_memory_bytes, int(_MEMORY_SHARE * machine_memory_bytes())),
        grace_s=settings.ffmpeg_grace_s,
    )


@dataclass
class Activity:
    """Signs of life of a process: `moves` counts its steps forward; while `waits` is False, it waits for this one."""

    moves: int = 0
    waits: bool = True
    _values: dict[str, str] = field(default_factory=dict)

    def feed(self, line: str) -> None:
        """Note a line of `-progress`: a new value is a step forward."""
        key, _, value = line.strip().partition("=")
        if key in _PROGRESS_KEYS and self._values.get(key) != value:
            self._values[key] = value
            self.moves += 1


class Watchdog:
    """A thread that ends a process (the leader of its group) which exceeds a limit; `breach` is that limit then.

    Progress is a step of its activity, or input that the process read: palettes, long seeks and moving an MP4's index
    to the front write nothing for a while, but read. Processor time is no progress (an endless filter uses it, too),
    but separates the kinds of a stall. A process that used as much as the limit computes without an end; one that used
    none is stuck; one in between is starved on an overloaded worker, and goes on. While this process stands still (the
    machine or the container is paused), no limit comes nearer.
    """

    def __init__(self, process: Process, limits: ProcessLimits, activity: Activity) -> None:
        self._process, self._limits, self._activity = process, limits, activity
        self._ended = threading.Event()
        self._total_s = self._still_s = 0.0
        self._moves = 0
        self._since = Usage()  # at the last progress
        self.breach: Breach | None = None
        self._thread = threading.Thread(target=self._run, name="ffmpeg-watchdog", daemon=True)

    def start(self) -> None:
        """Start to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End the watch; before the process is reaped."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def error(self, output: str) -> LimitExceededError | WorkerError:
        """The error of a breach. A process that is stuck without using the processor is the worker's problem."""
        limits = self._limits
        if self.breach == "idle":
            return WorkerError(
                "ffmpeg was stuck for {seconds} s (setting ffmpeg_stall_s): no progress, nothing read, no processor "
                "time; check the worker's disk, network file systems and encoder devices; last output:\n{output}",
                seconds=f"{limits.stall_s:g}",
                output=output,
            )
        if self.breach == "busy":
            return LimitExceededError(
                "ffmpeg computed for {seconds} s (setting ffmpeg_stall_s) without progress: a frame, a subtitle or an "
                "overlay is too expensive; simplify it, or raise the setting; last output:\n{output}",
                seconds=f"{limits.stall_s:g}",
                output=output,
            )
        if self.breach == "memory":
            return LimitExceededError(
                "ffmpeg used more than {limit} MiB of memory (setting ffmpeg_memory_bytes, and three quarters of the "
                "machine's memory at most): choose a smaller picture, fewer outputs for one job, or simpler subtitles "
                "and overlays, or raise the limit; last output:\n{output}",
                limit=limits.memory_bytes // 1024**2,
                output=output,
            )
        return LimitExceededError(
            "ffmpeg ran for {seconds} s, the most for a source of this duration: choose a faster codec or a smaller "
            "picture, or raise the setting ffmpeg_wall_base_s or ffmpeg_wall_per_media_s; last output:\n{output}",
            seconds=f"{limits.wall_s:g}",
            output=output,
        )

    def _run(self) -> None:
        at = time.monotonic()
        while not self._ended.wait(_POLL_S):
            before, at = at, time.monotonic()
            self.breach = self._check(min(at - before, _LONGEST_PASS_S))
            if self.breach is not None:
                self._end()
                return

    def _check(self, passed_s: float) -> Breach | None:
        """The limit that is exceeded now, after `passed_s` more seconds."""
        now = usage(self._process.pid)
        if now.memory_bytes > self._limits.memory_bytes:
            return "memory"
        if not self._activity.waits:
            return None
        self._total_s += passed_s
        self._still_s += passed_s
        if self._activity.moves != self._moves or now.read_bytes != self._since.read_bytes:
            self._moves, self._still_s, self._since = self._activity.moves, 0.0, now
        if self._total_s > self._limits.wall_s:
            return "wall"
        return self._stalled(now.cpu_s - self._since.cpu_s) if self._still_s > self._limits.stall_s else None

    def _stalled(self, cpu_s: float) -> Breach | None:
        if cpu_s >= self._limits.stall_s:
            return "busy"
        return "idle" if cpu_s < _IDLE_SHARE * self._still_s else None

    def _end(self) -> None:
        if self.breach != "memory":  # which may grow by gigabytes in a grace period
            signal_group(self._process, signal.SIGTERM)
            self._ended.wait(self._limits.grace_s)
        signal_group(self._process, signal.SIGKILL)


def signal_group(process: Process, sent: signal.Signals) -> None:
    """Send a signal to a process and all that it started."""
    # The id of a reaped process may be reused: only one that has not been waited for may get a signal.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):  # it ended on its own
            os.killpg(process.pid, sent)

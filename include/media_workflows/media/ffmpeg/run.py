"""The only module that starts ffmpeg processes; it also ensures that they end."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

import ffmpeg
import imageio_ffmpeg

from media_workflows.domain.result import RanCommand
from media_workflows.errors import EncodeError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.failure import failure, last_lines
from media_workflows.media.ffmpeg.fonts import FONT_CONFIG, OWN_FONT_CONFIG
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.limits import Activity, ProcessLimits, Watchdog, ffmpeg_limits, signal_group
from media_workflows.media.ffmpeg.progress import Progress, ProgressParser
from media_workflows.settings import get_settings
from media_workflows.tracing import span

OnProgress = Callable[[Progress], None]

_TAIL_LINES = 20
_LONGEST_LINE = 500  # characters of a line that results keep
_DRAIN_S = 3.0  # for the last output of an ffmpeg that has ended
_QUIET = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning"]
GLOBAL_OPTIONS = [*_QUIET, "-progress", "pipe:1"]

# Asks the kernel to kill the process when its parent (exactly: the thread that started it, which waits
# for it anyway) dies, then becomes ffmpeg. A separate program and not a preexec_fn, because Python code
# between fork and exec can deadlock in a process with threads.
_DIE_WITH_PARENT = (
    "import ctypes,os,sys;"
    f"ctypes.CDLL(None).prctl(1,{signal.SIGKILL:d});"  # its import of `signal` would take a third of its time
    "os.getppid()==int(sys.argv[1]) or sys.exit(1);"
    "os.execvp(sys.argv[2],sys.argv[2:])"
)


def ffmpeg_binary(setting: str) -> str:
    """The ffmpeg to run: the `ffmpeg_path` setting, or the one in the imageio-ffmpeg wheel.

    Raises EncodeError when the setting names no executable program.
    """
    if setting and shutil.which(setting) is None:
        raise EncodeError(
            "the setting ffmpeg_path is '{path}', which is not an executable program here; correct or clear it",
            path=setting,
        )
    return setting or str(imageio_ffmpeg.get_ffmpeg_exe())


def ffmpeg_version(binary: str) -> str:
    """The output of `ffmpeg -version`: version, build configuration, libraries. Raises EncodeError."""
    return _answered(binary, "-version")


def encoder_names(binary: str) -> frozenset[str]:
    """The encoders that `ffmpeg -encoders` lists. Raises EncodeError."""
    lines = _answered(binary, "-encoders").partition("------")[2].splitlines()  # " V....D libx264   libx264 H.264 ..."
    return frozenset(words[1] for words in map(str.split, lines) if len(words) > 1)


def filter_names(binary: str) -> frozenset[str]:
    """The filters that `ffmpeg -filters` lists. Raises EncodeError."""
    lines = map(str.split, _answered(binary, "-filters").splitlines())  # " TS libvmaf  VV->V  Calculate the VMAF ..."
    return frozenset(words[1] for words in lines if len(words) > 2 and "->" in words[2])


def _answered(binary: str, option: str) -> str:
    found = shutil.which(binary)
    return _answer(binary, option, Path(found).stat().st_mtime_ns if found else 0)


@lru_cache(maxsize=8)
def _answer(binary: str, option: str, mtime_ns: int) -> str:
    """What the program as it was at that time answers: tasks have the answer from their parent, which lives long."""
    try:
        done = subprocess.run([binary, option], capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise EncodeError(
            "cannot run {path} {option}: {cause}; check the setting ffmpeg_path",
            path=binary,
            option=option,
            cause=error,
        ) from error
    return done.stdout


@dataclass(frozen=True)
class Runner:
    """Runs ffmpeg for one job: what all its commands share."""

    binary: str
    limits: ProcessLimits
    cancellation: CancelToken

    def run(
        self,
        graph: Stream,
        work_dir: Path,
        expected_duration_s: float = 0.0,
        on_progress: OnProgress = lambda _: None,
        log: DecodeLog | None = None,
    ) -> float:
        """Run one graph inside `work_dir`; returns its processor time in seconds. `log` receives ffmpeg's lines.

        Raises EncodeError with the last lines of ffmpeg's output, LimitExceededError, WorkerError when it is stuck or
        was killed, JobCancelledError after `cancel`. On any other exception (from `on_progress`, from Ctrl-C), the
        process is killed too.
        """
        command = command_line(graph, self.binary)
        with span("ffmpeg"), _running(command, work_dir, self.cancellation, self.limits, log) as process:
            lines = io.TextIOWrapper(process.stdout, encoding="utf-8", errors="replace")
            _report(lines, ProgressParser(expected_duration_s), on_progress, process.activity)
        return process.cpu_s


def run_command(command: list[str], work_dir: Path, cancellation: CancelToken, limits: ProcessLimits) -> None:
    """Run another program than ffmpeg to its end, as `Runner.run` does and with its errors."""
    with _running(command, work_dir, cancellation, limits) as process:
        process.stdout.read()


class OutputPipe:
    """The output of a running ffmpeg as a file. Time counts against its limits only while a read waits for it."""

    def __init__(self, pipe: IO[bytes], activity: Activity) -> None:
        self._pipe, self._activity = pipe, activity
        activity.waits = False

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end; by default all."""
        self._activity.waits = True
        try:
            return self._pipe.read(size)
        finally:
            self._activity.waits = False
            self._activity.moves += 1


@dataclass
class Running:
    """A running ffmpeg. `cpu_s` is its processor time in seconds, set when it has ended."""

    stdout: OutputPipe
    cpu_s: float = 0.0


@contextmanager
def streamed_graph(
    graph: Stream, work_dir: Path, binary: str, cancellation: CancelToken, limits: ProcessLimits | None = None
) -> Iterator[Running]:
    """Run one graph that writes to `pipe:1`; the body reads `stdout` to its end, at its own speed.

    ffmpeg waits while the pipe is full, so memory stays bounded. Raises the same errors as `Runner.run` after the body;
    a body that raises, or that stops reading, ends the process. After `cancel`, or at a limit, the pipe ends.
    """
    command = [*ffmpeg.compile(graph, cmd=binary, overwrite_output=True), *_QUIET]
    limits = limits or ffmpeg_limits(get_settings(), 0)
    with span("ffmpeg"), _running(command, work_dir, cancellation, limits) as process:
        running = Running(OutputPipe(process.stdout, process.activity))
        yield running
    running.cpu_s = process.cpu_s


@dataclass
class _Process:
    stdout: IO[bytes]
    activity: Activity
    cpu_s: float = 0.0


@contextmanager
def _running(
    command: list[str], work_dir: Path, cancellation: CancelToken, limits: ProcessLimits, log: DecodeLog | None = None
) -> Iterator[_Process]:
    cancellation.check()
    began_s = time.monotonic()
    process, activity, cpu_s = _spawn(command, work_dir), Activity(), 0.0
    tail: deque[str] = deque(maxlen=_TAIL_LINES)
    drain = threading.Thread(target=_drain, args=(process.stderr, tail, log), daemon=True)
    watchdog = Watchdog(process, limits, activity)
    try:
        drain.start()
        watchdog.start()
        cancellation.attach(process)
        assert process.stdout is not None
        running = _Process(process.stdout, activity)
        yield running
        running.stdout.close()  # ends an ffmpeg whose output was not read to the end
        activity.waits = True
        running.cpu_s = cpu_s = _wait(process, watchdog)
    finally:
        cancellation.attach(None)
        watchdog.stop()
        _stop(process)
        drain.join(_DRAIN_S)
        took = {"took_s": round(time.monotonic() - began_s, 1), "cpu_s": round(cpu_s, 2)}
        cancellation.commands.append(_ran(command, took, process.returncode, tail))
    cancellation.check()
    if process.returncode != 0:
        raise watchdog.error(last_lines(tail)) if watchdog.breach else failure(process.returncode, tail)


def _ran(command: list[str], took: dict[str, float], exit_code: int, tail: Collection[str]) -> RanCommand:
    output = "\n".join(line[:_LONGEST_LINE] for line in tail)
    return RanCommand(command=shlex.join(command), exit_code=exit_code, output=output, **took)


def write_assets(assets: Mapping[Path, bytes]) -> None:
    """Write the files that a graph reads beside its inputs."""
    for path, content in assets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def command_line(graph: Stream, binary: str) -> list[str]:
    """The ffmpeg command of a graph."""
    return [*ffmpeg.compile(graph, cmd=binary, overwrite_output=True), *GLOBAL_OPTIONS]


def _spawn(command: list[str], work_dir: Path) -> subprocess.Popen[bytes]:
    if sys.platform == "linux":
        command = [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, str(os.getpid()), *command]
    return subprocess.Popen(
        command,
        cwd=work_dir,
        env={**os.environ, "FONTCONFIG_FILE": str(_font_config(work_dir))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _font_config(work_dir: Path) -> Path:
    """The fontconfig file of a command; absolute, because fontconfig looks up relative paths in its own directories."""
    own = (work_dir / OWN_FONT_CONFIG).resolve()
    return own if own.is_file() else FONT_CONFIG


def _wait(process: subprocess.Popen[bytes], watchdog: Watchdog) -> float:
    """Wait for the process as Popen does; returns its user and system time in seconds.

    What it started ends with it: a script of `ffmpeg_path` may have ended before its own ffmpeg.
    """
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    watchdog.stop()  # before the id of the process may be reused
    signal_group(process, signal.SIGKILL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _report(lines: Iterable[str], parser: ProgressParser, on_progress: OnProgress, activity: Activity) -> None:
    for line in lines:
        activity.feed(line)
        if (progress := parser.feed(line)) is not None:
            on_progress(progress)


def _drain(pipe: IO[bytes], tail: deque[str], log: DecodeLog | None) -> None:
    """Read stderr to its end and close it: ffmpeg would block on a full pipe."""
    with pipe:
        for line in pipe:
            if text := line.decode("utf-8", "replace").strip("\n"):
                tail.append(text.rstrip())
                if log is not None:
                    log.feed(text)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Kill the process group if it still runs, and close its pipe."""
    if process.poll() is None:
        signal_group(process, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()

"""The only module that starts ffmpeg, and the one that makes sure it stops."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

import ffmpeg
import imageio_ffmpeg

from media_workflows.errors import EncodeError, JobCancelledError
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.fonts import FONT_CONFIG, OWN_FONT_CONFIG
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.progress import Progress, ProgressParser

_TAIL_LINES = 20
_MEANINGS = {69: "more than two thirds of the source's packets do not decode"}
_DRAIN_S = 3.0  # for the last words of an ffmpeg that has ended
_QUIET = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning"]
GLOBAL_OPTIONS = [*_QUIET, "-progress", "pipe:1"]

# Asks the kernel to kill the process when its parent (exactly: the thread that started it, which waits
# for it anyway) dies, then becomes ffmpeg. A program of its own
# and not a preexec_fn: Python code between fork and exec can deadlock in a process with threads.
_DIE_WITH_PARENT = (
    "import ctypes,os,signal,sys;"
    "ctypes.CDLL(None).prctl(1,signal.SIGKILL);"
    "os.getppid()==int(sys.argv[1]) or sys.exit(1);"
    "os.execvp(sys.argv[2],sys.argv[2:])"
)


class CancelToken:
    """A way to stop a job from another thread or from a signal handler. Once set it stays set."""

    def __init__(self) -> None:
        self._cancelled = False
        self._process: subprocess.Popen[bytes] | None = None

    def cancel(self) -> None:
        """Kill the running ffmpeg, and let no later one start. Returns at once; takes no lock.

        No chance to end well is given: what it wrote is thrown away in any case.
        """
        self._cancelled = True
        if (process := self._process) is not None:
            _kill_group(process)

    def check(self) -> None:
        """Raises JobCancelledError once cancelled."""
        if self._cancelled:
            raise JobCancelledError("the job was cancelled; start the run again to repeat it")

    def attach(self, process: subprocess.Popen[bytes] | None) -> None:
        """Name the process that `cancel` stops. Raises JobCancelledError when it came too late for that."""
        self._process = process
        if process is not None:
            self.check()


@contextmanager
def cancelled_after(seconds: float) -> Iterator[CancelToken]:
    """A cancellation that sets itself: what runs with it raises JobCancelledError when it takes longer."""
    cancellation = CancelToken()
    timer = threading.Timer(seconds, cancellation.cancel)
    timer.daemon = True
    timer.start()
    try:
        yield cancellation
    finally:
        timer.cancel()


def ffmpeg_binary(setting: str) -> str:
    """The ffmpeg to run: the `ffmpeg_path` setting, or the one in the imageio-ffmpeg wheel.

    Raises EncodeError when the setting names nothing that can be run.
    """
    if setting and shutil.which(setting) is None:
        raise EncodeError(f"the setting ffmpeg_path is {setting!r}, which is not a program here; correct or clear it")
    return setting or str(imageio_ffmpeg.get_ffmpeg_exe())


@lru_cache(maxsize=4)
def ffmpeg_version(binary: str) -> str:
    """All that ffmpeg says of itself: its version, how it was built, its libraries. Raises EncodeError."""
    try:
        done = subprocess.run([binary, "-version"], capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise EncodeError(f"cannot run {binary} -version: {error}; check the setting ffmpeg_path") from error
    return done.stdout


def run_graph(
    graph: Stream,
    work_dir: Path,
    binary: str,
    expected_duration_s: float,
    on_progress: Callable[[Progress], None],
    cancellation: CancelToken,
    log: DecodeLog | None = None,
) -> float:
    """Run one graph inside `work_dir` to its end; the processor time it took, in seconds. `log` gets ffmpeg's lines.

    Raises EncodeError with the end of ffmpeg's own words, JobCancelledError after `cancel`.
    Whatever else is raised meanwhile (by `on_progress`, by Ctrl-C), no process is left behind.
    """
    with _running(command_line(graph, binary), work_dir, cancellation, log) as running:
        lines = io.TextIOWrapper(running.stdout, encoding="utf-8", errors="replace")
        _report(lines, ProgressParser(expected_duration_s), on_progress)
    return running.cpu_s


@dataclass
class Running:
    """An ffmpeg at work. `cpu_s` is the processor time it took, in seconds, once it has ended."""

    stdout: IO[bytes]
    cpu_s: float = 0.0


@contextmanager
def streamed_graph(graph: Stream, work_dir: Path, binary: str, cancellation: CancelToken) -> Iterator[Running]:
    """Run one graph that writes to `pipe:1`; whoever reads `stdout`, to its end, sets the pace.

    Nothing piles up: ffmpeg waits while the pipe is full. Raises what `run_graph` raises, when the body has ended;
    a body that raises, or that stops reading, leaves no process behind. After `cancel` the pipe ends.
    """
    command = [*ffmpeg.compile(graph, cmd=binary, overwrite_output=True), *_QUIET]
    with _running(command, work_dir, cancellation) as running:
        yield running


@contextmanager
def _running(
    command: list[str], work_dir: Path, cancellation: CancelToken, log: DecodeLog | None = None
) -> Iterator[Running]:
    cancellation.check()
    process = _spawn(command, work_dir)
    tail: deque[str] = deque(maxlen=_TAIL_LINES)
    drain = threading.Thread(target=_drain, args=(process.stderr, tail, log), daemon=True)
    try:
        drain.start()
        cancellation.attach(process)
        assert process.stdout is not None
        running = Running(process.stdout)
        yield running
        running.stdout.close()  # who has not read to the end wants no more
        running.cpu_s = _wait(process)
    finally:
        cancellation.attach(None)
        _stop(process)
        drain.join(_DRAIN_S)
    cancellation.check()
    if process.returncode != 0:
        raise EncodeError(_failure(process.returncode, tail))


def write_assets(assets: Mapping[Path, bytes]) -> None:
    """Write what a graph reads beside its inputs."""
    for path, content in assets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def command_line(graph: Stream, binary: str) -> list[str]:
    """What is run for a graph."""
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
    """Absolute: fontconfig looks for others in directories of its own."""
    own = (work_dir / OWN_FONT_CONFIG).resolve()
    return own if own.is_file() else FONT_CONFIG


def _wait(process: subprocess.Popen[bytes]) -> float:
    """Wait for the end as Popen does, and tell the user and system time of this one process, in seconds."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _report(lines: Iterable[str], parser: ProgressParser, on_progress: Callable[[Progress], None]) -> None:
    for line in lines:
        if (progress := parser.feed(line)) is not None:
            on_progress(progress)


def _drain(lines: IO[bytes] | None, tail: deque[str], log: DecodeLog | None) -> None:
    """Keep reading, or ffmpeg stops when the pipe is full."""
    for line in lines or ():
        if text := line.decode("utf-8", "replace").strip("\n"):
            tail.append(text.rstrip())
            if log is not None:
                log.feed(text)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process group if it still runs, and release its pipe."""
    if process.poll() is None:
        _kill_group(process)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    # A reaped process has given its id back: only one that has not been waited for may be killed.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):  # it ended on its own
            os.killpg(process.pid, signal.SIGKILL)


def _failure(code: int, tail: deque[str]) -> str:
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    if code in _MEANINGS:
        how += f" ({_MEANINGS[code]})"
    return "\n".join([f"ffmpeg {how}; its last words:", *(tail or ["(nothing)"])])

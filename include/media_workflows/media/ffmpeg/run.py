"""The only module that starts ffmpeg processes; it also ensures that they end."""

from __future__ import annotations

import contextlib
import errno
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

from media_workflows.errors import EncodeError, JobCancelledError, WorkerError
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.fonts import FONT_CONFIG, OWN_FONT_CONFIG
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.progress import Progress, ProgressParser

_TAIL_LINES = 20
_MOSTLY_UNDECODABLE = 69  # ffmpeg's exit code when more than two thirds of the packets do not decode
_DRAIN_S = 3.0  # for the last output of an ffmpeg that has ended
_QUIET = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning"]
GLOBAL_OPTIONS = [*_QUIET, "-progress", "pipe:1"]

# Asks the kernel to kill the process when its parent (exactly: the thread that started it, which waits
# for it anyway) dies, then becomes ffmpeg. A separate program and not a preexec_fn, because Python code
# between fork and exec can deadlock in a process with threads.
_DIE_WITH_PARENT = (
    "import ctypes,os,signal,sys;"
    "ctypes.CDLL(None).prctl(1,signal.SIGKILL);"
    "os.getppid()==int(sys.argv[1]) or sys.exit(1);"
    "os.execvp(sys.argv[2],sys.argv[2:])"
)


class CancelToken:
    """A flag that stops a job from another thread or from a signal handler. Once set it stays set."""

    def __init__(self) -> None:
        self._cancelled = False
        self._process: subprocess.Popen[bytes] | None = None

    def cancel(self) -> None:
        """Kill the running ffmpeg and prevent later ones from starting. Returns at once; takes no lock.

        The process is killed without a grace period, because its output is discarded in any case.
        """
        self._cancelled = True
        if (process := self._process) is not None:
            _kill_group(process)

    def check(self) -> None:
        """Raises JobCancelledError once cancelled."""
        if self._cancelled:
            raise JobCancelledError("the job was cancelled; start the run again to repeat it")

    def attach(self, process: subprocess.Popen[bytes] | None) -> None:
        """Set the process that `cancel` kills. Raises JobCancelledError when `cancel` was called before."""
        self._process = process
        if process is not None:
            self.check()


# Sent by the kernel or by people; this module sends them after a cancellation only, which is another error.
_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT})
_ENDED_BY_SIGNAL = 255  # ffmpeg's exit code when it could still end its output; also that of "not permitted"
_OWN_FAILURE = ("Task finished with error code", "Terminating thread with return code")
_DISK_FULL = os.strerror(errno.ENOSPC)


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


@lru_cache(maxsize=4)
def ffmpeg_version(binary: str) -> str:
    """The output of `ffmpeg -version`: version, build configuration, libraries. Raises EncodeError."""
    try:
        done = subprocess.run([binary, "-version"], capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise EncodeError(
            "cannot run {path} -version: {cause}; check the setting ffmpeg_path", path=binary, cause=error
        ) from error
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
    """Run one graph inside `work_dir`; returns its processor time in seconds. `log` receives ffmpeg's lines.

    Raises EncodeError with the last lines of ffmpeg's output, JobCancelledError after `cancel`.
    On any other exception (from `on_progress`, from Ctrl-C), the process is killed too.
    """
    with _running(command_line(graph, binary), work_dir, cancellation, log) as running:
        lines = io.TextIOWrapper(running.stdout, encoding="utf-8", errors="replace")
        _report(lines, ProgressParser(expected_duration_s), on_progress)
    return running.cpu_s


@dataclass
class Running:
    """A running ffmpeg. `cpu_s` is its processor time in seconds, set when it has ended."""

    stdout: IO[bytes]
    cpu_s: float = 0.0


@contextmanager
def streamed_graph(graph: Stream, work_dir: Path, binary: str, cancellation: CancelToken) -> Iterator[Running]:
    """Run one graph that writes to `pipe:1`; the body reads `stdout` to its end, at its own speed.

    ffmpeg waits while the pipe is full, so memory stays bounded. Raises the same errors as `run_graph` after the body;
    a body that raises, or that stops reading, ends the process. After `cancel` the pipe ends.
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
        running.stdout.close()  # ends an ffmpeg whose output was not read to the end
        running.cpu_s = _wait(process)
    finally:
        cancellation.attach(None)
        _stop(process)
        drain.join(_DRAIN_S)
    cancellation.check()
    if process.returncode != 0:
        raise _failure(process.returncode, tail)


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


def _wait(process: subprocess.Popen[bytes]) -> float:
    """Wait for the process as Popen does; returns its user and system time in seconds."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _report(lines: Iterable[str], parser: ProgressParser, on_progress: Callable[[Progress], None]) -> None:
    for line in lines:
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
        _kill_group(process)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    # The id of a reaped process may be reused: only one that has not been waited for may be killed.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):  # it ended on its own
            os.killpg(process.pid, signal.SIGKILL)


def _failure(code: int, tail: deque[str]) -> EncodeError | WorkerError:
    output = "\n".join(tail or ["(nothing)"])
    failed_itself = any(words in line for line in tail for words in _OWN_FAILURE)
    if -code in _FROM_OUTSIDE or (code == _ENDED_BY_SIGNAL and not failed_itself):
        return WorkerError(
            "ffmpeg was ended by {signal} from outside: the worker ran out of memory, or it is being stopped; "
            "last output:\n{output}",
            signal=signal.Signals(-code).name if code < 0 else "a signal",
            output=output,
        )
    if any(_DISK_FULL in line for line in tail):
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

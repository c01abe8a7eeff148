"""An ffmpeg that hangs, computes without end, grows or ignores SIGTERM is ended, with an error that says why."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ffmpeg
import pytest

from clips import Clips
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.errors import LimitExceededError, WorkerError
from media_workflows.media.ffmpeg import limits as limits_module
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.limits import ProcessLimits, ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, streamed_graph
from media_workflows.media.ffmpeg.usage import usage
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings

LIMITS = ProcessLimits(stall_s=1, wall_s=60, memory_bytes=100 * 1024**2, grace_s=0.3)
IN_TIME_S = 240.0  # far more than every limit here, also on a busy machine; less than every script
PYTHON = f"exec {sys.executable} -c '{{}}'"
Program = Callable[[str], str]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Makes a shell script that takes the place of ffmpeg."""

    def made(body: str) -> str:
        path = tmp_path / "ffmpeg.sh"
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return str(path)

    return made


def graph() -> Any:
    return ffmpeg.input("in.mp4").output("out.mp4")


def run(binary: str, work_dir: Path, limits: ProcessLimits) -> float:
    """Seconds that it took."""
    began = time.monotonic()
    Runner(binary, limits, CancelToken()).run(graph(), work_dir, 1)
    return time.monotonic() - began


def pids_below(directory: Path) -> list[int]:
    """The processes whose directory is `directory`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == directory:
                found.append(int(process.name))
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], float]], None]:
    """Sets the watchdog's clock, in seconds."""
    return lambda now_s: monkeypatch.setattr(limits_module, "time", SimpleNamespace(monotonic=now_s))


ENDLESS: list[Any] = [
    pytest.param("sleep 600", {}, WorkerError, "stuck for 1 s", id="hangs"),
    pytest.param(
        "while :; do sleep 0.1; i=$((i+1)); echo frame=$i; done",
        {"wall_s": 1.0},
        LimitExceededError,
        "ran for 1 s",
        id="writes",
    ),
    pytest.param(
        "trap '' TERM; while :; do sleep 0.1; i=$((i+1)); echo frame=$i; done",
        {"wall_s": 1.0},
        LimitExceededError,
        "ran for 1 s",
        id="ignores SIGTERM",
    ),
    pytest.param(
        PYTHON.format('import time; x = bytearray(300 << 20); x[::4096] = b"x" * len(x[::4096]); time.sleep(600)'),
        {"stall_s": 60.0},
        LimitExceededError,
        "more than 100 MiB of memory",
        id="grows",
    ),
]


@pytest.mark.parametrize(("body", "limits", "error", "message"), ENDLESS)
def test_it_ends_with_its_whole_group(
    program: Program, tmp_path: Path, body: str, limits: dict[str, Any], error: type[Exception], message: str
) -> None:
    began = time.monotonic()
    with pytest.raises(error, match=message):
        run(program(body), tmp_path, replace(LIMITS, **limits))
    assert time.monotonic() - began < IN_TIME_S
    assert pids_below(tmp_path) == []


def computed_s(directory: Path) -> float:
    """Processor seconds of the processes whose directory is `directory`: a clock that stands while they are starved."""
    return sum(usage(pid).cpu_s for pid in pids_below(directory))


def test_one_that_computes_ends(program: Program, tmp_path: Path, clock: Any) -> None:
    clock(lambda: computed_s(tmp_path))
    with pytest.raises(LimitExceededError, match="computed for 1 s"):
        run(program("while :; do :; done"), tmp_path, LIMITS)
    assert pids_below(tmp_path) == []


def test_a_program_that_leaves_another_behind_ends_with_it(program: Program, tmp_path: Path) -> None:
    assert run(program("sleep 600 & exit 0"), tmp_path, LIMITS) < IN_TIME_S
    assert pids_below(tmp_path) == []


STEP_S = 0.25
STEPS = 8
# Each notes a step when it has done it: the watchdog's clock goes on by steps, so that no stall of the machine counts.
WRITES = "while [ $((i=i+1)) -le 8 ]; do echo out_time_us=$i; printf x >> steps; sleep 0.25; done"
READS = """
import time
for _ in range(8):
    open("/bin/sh", "rb").read(65536)
    open("steps", "a").write("x")
    time.sleep(0.25)
"""
STARVED = """
import time
for _ in range(8):
    busy = time.process_time() + 0.05
    while time.process_time() < busy: pass
    open("steps", "a").write("x")
    time.sleep(0.2)
"""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(WRITES, id="writes slowly"),
        pytest.param(PYTHON.format(READS), id="reads before it writes"),
        pytest.param(PYTHON.format(STARVED), id="gets little processor time"),
    ],
)
def test_work_that_goes_on_is_no_stall(program: Program, tmp_path: Path, clock: Any, body: str) -> None:
    (steps := tmp_path / "steps").touch()
    clock(lambda: STEP_S * steps.stat().st_size)
    run(program(body), tmp_path, LIMITS)
    assert STEP_S * steps.stat().st_size == STEP_S * STEPS > 1.5 * LIMITS.stall_s


def test_a_slow_reader_is_not_the_programs_stall(program: Program, tmp_path: Path, clock: Any) -> None:
    binary = program("head -c 1000000 /dev/zero")
    ticks = _Ticks()
    clock(ticks.now_s)
    with streamed_graph(graph(), tmp_path, binary, CancelToken(), replace(LIMITS, wall_s=1.2)) as running:
        assert len(running.stdout.read(100_000)) == 100_000
        ticks.go_on()  # more than both limits, while nothing reads
        assert len(running.stdout.read()) == 900_000


@dataclass
class _Ticks:
    """A clock that stands, but in `go_on`: there each look at it comes half a second after the one before."""

    seconds: float = 0.0
    left: int = 0

    def __post_init__(self) -> None:
        self._done = threading.Event()

    def now_s(self) -> float:
        if self.left:
            self.left -= 1
            self.seconds += 0.5
        elif self.seconds:
            self._done.set()  # the watchdog has acted on the last of them
        return self.seconds

    def go_on(self) -> None:
        self.left = 4
        assert self._done.wait(60)


def test_time_in_which_the_watchdog_stood_still_does_not_count(program: Program, tmp_path: Path, clock: Any) -> None:
    """Its machine or container was paused, and ffmpeg with it."""
    clock(count(0, 3600).__next__)
    run(program("sleep 0.8"), tmp_path, replace(LIMITS, stall_s=300, wall_s=300))


def test_a_stream_that_hangs_ends(program: Program, tmp_path: Path, clock: Any) -> None:
    binary = program("head -c 1000 /dev/zero; touch hangs; sleep 600")
    clock(lambda: time.monotonic() if (tmp_path / "hangs").exists() else 0.0)
    with (
        pytest.raises(WorkerError, match="stuck"),
        streamed_graph(graph(), tmp_path, binary, CancelToken(), LIMITS) as running,
    ):
        assert len(running.stdout.read()) == 1000


def test_the_limits_are_settings() -> None:
    settings = Settings(
        ffmpeg_stall_s=7, ffmpeg_wall_base_s=100, ffmpeg_wall_per_media_s=3, ffmpeg_memory_bytes=5, ffmpeg_grace_s=2
    )
    assert ffmpeg_limits(settings, 60) == ProcessLimits(stall_s=7, wall_s=280, memory_bytes=5, grace_s=2)


def test_a_limit_is_the_final_failure_of_the_item(clips: Clips, program: Program, tmp_path: Path, clock: Any) -> None:
    clock(lambda: computed_s(tmp_path / "work"))
    binary = program("while :; do :; done")
    settings = Settings(ffmpeg_path=binary, ffmpeg_stall_s=0.6)
    item = SnapshotByTimeOffsetItem.model_validate({"time_offsets": ["1s"], "parameters": {}})
    done = run_job(
        JobRequest("snapshot_by_time_offset", [item], clips.plain, "in/a.mp4", tmp_path / "work"),
        lambda _: None,
        settings,
    )
    error = done.items[0].error
    assert error is not None
    assert (error.code, error.retryable) == ("LimitExceeded", False)

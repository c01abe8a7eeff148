"""An ffmpeg that hangs, computes without end, grows or ignores SIGTERM is ended, with an error that says why."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ffmpeg
import pytest

from clips import Clips
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.errors import LimitExceededError, WorkerError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.limits import ProcessLimits, ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, streamed_graph
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings

LIMITS = ProcessLimits(stall_s=1, wall_s=60, memory_bytes=100 * 1024**2, grace_s=0.3)
IN_TIME_S = 40.0  # far more than every limit here, also on a busy machine; less than every script
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


def processes_below(directory: Path) -> list[str]:
    """The commands of processes whose directory is `directory`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == directory:
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


ENDLESS: list[Any] = [
    pytest.param("sleep 60", {}, WorkerError, "stuck for 1 s", id="hangs"),
    pytest.param("while :; do :; done", {}, LimitExceededError, "computed for 1 s", id="computes"),
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
        PYTHON.format('import time; x = bytearray(300 << 20); x[::4096] = b"x" * len(x[::4096]); time.sleep(60)'),
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
    assert processes_below(tmp_path) == []


def test_a_program_that_leaves_another_behind_ends_with_it(program: Program, tmp_path: Path) -> None:
    assert run(program("sleep 60 & exit 0"), tmp_path, LIMITS) < IN_TIME_S
    assert processes_below(tmp_path) == []


READS = 'import time\nfor _ in range(10): open("/bin/sh", "rb").read(65536); time.sleep(0.2)'
STARVED = """
import time
end = time.monotonic() + 2
while time.monotonic() < end:
    busy = time.process_time() + 0.02
    while time.process_time() < busy: pass
    time.sleep(0.1)
"""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("for i in 1 2 3 4 5 6 7 8; do sleep 0.25; echo out_time_us=$i; done", id="writes slowly"),
        pytest.param(PYTHON.format(READS), id="reads before it writes"),
        pytest.param(PYTHON.format(STARVED), id="gets little processor time"),
    ],
)
def test_work_that_goes_on_is_no_stall(program: Program, tmp_path: Path, body: str) -> None:
    assert run(program(body), tmp_path, LIMITS) > 1.5 * LIMITS.stall_s


def test_a_slow_reader_is_not_the_programs_stall(program: Program, tmp_path: Path) -> None:
    binary = program("head -c 1000000 /dev/zero")
    with streamed_graph(graph(), tmp_path, binary, CancelToken(), replace(LIMITS, wall_s=1.2)) as running:
        assert len(running.stdout.read(100_000)) == 100_000
        time.sleep(1.5)
        assert len(running.stdout.read()) == 900_000


def test_a_stream_that_hangs_ends(program: Program, tmp_path: Path) -> None:
    binary = program("head -c 1000 /dev/zero; sleep 60")
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


def test_a_limit_is_the_final_failure_of_the_item(clips: Clips, program: Program, tmp_path: Path) -> None:
    binary = program("while :; do :; done")
    settings = Settings(ffmpeg_path=binary, ffmpeg_stall_s=0.6)
    item = SnapshotByTimeOffsetItem.model_validate({"time_offsets": ["1s"], "parameters": {}})
    began = time.monotonic()
    done = run_job(
        JobRequest("snapshot_by_time_offset", [item], clips.plain, "in/a.mp4", tmp_path / "work"),
        lambda _: None,
        settings,
    )
    error = done.items[0].error
    assert error is not None
    assert (error.code, error.retryable) == ("LimitExceeded", False)
    assert time.monotonic() - began < IN_TIME_S

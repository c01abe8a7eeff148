"""A scheduler that stalls, as under overload, resets no live task; a killed one costs a minute at most."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_product import ROOT, Product, eventually, is_ffmpeg
from slow_encodes import slow_clip, slow_transcode

HEALTH_THRESHOLD_S = 30  # [scheduler] scheduler_health_check_threshold
RECOVERED_WITHIN_S = 120  # a minute, and as much again for other tests beside it


@pytest.fixture
def clip_to_encode(tmp_path: Path) -> Path:
    return slow_clip(tmp_path / "long.mp4", 60)


def _processes(product: Product, fits: Callable[[Path], bool]) -> list[int]:
    """Process ids of this product, and of no other beside it, that fit."""
    home = f"AIRFLOW_HOME={product.layout.data / 'airflow'}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if home in (process / "environ").read_bytes() and fits(process):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def _scheduler(product: Product) -> int:
    """The service itself: the workers of its executor are its children and have titles of their own."""

    def fits(process: Path) -> bool:
        command = (process / "cmdline").read_bytes().split(b"\0")
        parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
        return b"scheduler" in command[1:4] and parent == os.getpid()

    (pid,) = _processes(product, fits)
    return pid


def _ffmpeg(product: Product) -> list[int]:
    work = str(product.layout.data / "work")
    return _processes(product, lambda one: str((one / "cwd").readlink()).startswith(work) and is_ffmpeg(one))


def _log(product: Product) -> str:
    return (product.layout.data / "logs" / "scheduler.log").read_text(errors="replace")


def _encoding(product: Product, workflow: str, timeout_s: float) -> tuple[str, list[int]]:
    """The run and its ffmpeg, which is stopped: the job lasts, and takes no processor time."""
    pids = eventually(lambda: _ffmpeg(product), timeout_s)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    (run,) = product.runs(workflow)
    return run["run_id"], pids


@pytest.mark.kills
def test_a_stalled_scheduler_resets_no_live_task_and_a_killed_one_recovers(
    product: Product, clip_to_encode: Path
) -> None:
    workflow = product.create("stalled", jobs=slow_transcode())
    product.enable(workflow)
    product.upload(clip_to_encode, "stalled/a.mp4")
    run_id, encoders = _encoding(product, workflow, 120)
    scheduler, before = _scheduler(product), _log(product)

    os.kill(scheduler, signal.SIGSTOP)
    time.sleep(HEALTH_THRESHOLD_S + 2)
    os.kill(scheduler, signal.SIGCONT)
    eventually(lambda: "SchedulerJob instances as failed" in _log(product)[len(before) :])
    time.sleep(5)  # several rounds of the scheduler, and of the task's heartbeat
    reset = re.findall(r"<TaskInstance: .*\[running\]", _log(product)[len(before) :])
    assert reset == []  # one that was queued only is queued again, at no cost
    assert product.task_states(workflow, run_id)["transcode"] == ("running", 1)
    assert _ffmpeg(product) == encoders

    os.kill(scheduler, signal.SIGKILL)
    killed_at = time.monotonic()
    eventually(
        lambda: not set(encoders) & set(_ffmpeg(product)), HEALTH_THRESHOLD_S - 5
    )  # no try goes on beside the next one
    eventually(lambda: _tries(product, workflow, run_id) == ("running", 2), RECOVERED_WITHIN_S)
    print(f"the job runs again {time.monotonic() - killed_at:.0f} s after kill -9 of the scheduler")
    product.api.post(f"/runs/{run_id}/cancel", params={"workflow": workflow}).raise_for_status()
    product.finished(workflow)


def _tries(product: Product, workflow: str, run_id: str) -> Any:
    return product.task_states(workflow, run_id)["transcode"]


def test_the_threshold_is_the_product_s_own() -> None:
    assert f"scheduler_health_check_threshold = {HEALTH_THRESHOLD_S}\n" in (ROOT / "config" / "airflow.cfg").read_text()

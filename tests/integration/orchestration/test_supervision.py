"""A task's process ends with its supervisor."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# Airflow's package is replaced: its import takes seconds.
SUPERVISOR = """
import os, sys, time, types
runner, package = types.ModuleType("task_runner"), types.ModuleType("execution_time")
package.task_runner = runner
sys.modules.update({{"airflow": package, "airflow.sdk": package, "airflow.sdk.execution_time": package}})
from media_workflows.orchestration.supervision import end_with_supervisor
if {supervised}:
    runner.SUPERVISOR_COMMS = object()
if not (task := os.fork()):
    end_with_supervisor()
    print(os.getpid(), flush=True)
    time.sleep(300)
time.sleep(300)
"""


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal is Linux's")
@pytest.mark.parametrize("supervised", [True, False])
def test_a_task_s_process_is_killed_with_its_supervisor(supervised: bool) -> None:
    """Outside Airflow, as in this test's own process, it outlives its parent."""
    command = [sys.executable, "-c", SUPERVISOR.format(supervised=supervised)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        task = int(supervisor.stdout.readline())
        supervisor.kill()
    deadline = time.monotonic() + (60 if supervised else 0.2)
    while _runs(task) and time.monotonic() < deadline:
        time.sleep(0.05)
    survived = _runs(task)
    if survived:
        subprocess.run(["kill", f"-{signal.SIGKILL.value}", str(task)], check=True)
    assert survived is not supervised

"""`end_with_supervisor`: a task's process does not outlive the one that sends its heartbeats."""

from __future__ import annotations

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>: the kernel sends the signal when the parent dies, even by kill -9


def end_with_supervisor() -> None:
    """Let the kernel kill this process, and with it ffmpeg, when Airflow's supervisor of the task is killed.

    Without heartbeats the task starts again elsewhere; two tries must not encode and publish side by side. On Linux.
    """
    from airflow.sdk.execution_time import task_runner

    if sys.platform == "linux" and hasattr(task_runner, "SUPERVISOR_COMMS"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

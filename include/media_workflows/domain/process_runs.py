"""The DAG of ad-hoc processing and the ids of its runs. Pure."""

from __future__ import annotations

import hashlib

PROCESS = "media_process"  # the DAG of all requests; the `workflow_id` of their runs
STEPS = "process"  # its task that does all steps of a run
PROCESS_RUN = "process__"  # begins the ids of its runs; then two digits: the priority, from 00 (-10) to 20 (10)
LOWEST_PRIORITY = -10


def process_run_id(request_id: str, source: str, priority: int) -> str:
    """The id of the only run of a source in a request. It has the priority, the only way to the scheduler."""
    digest = hashlib.sha256("\0".join((request_id, source)).encode()).hexdigest()
    return f"{PROCESS_RUN}{priority - LOWEST_PRIORITY:02d}_{digest[:32]}"


def priority_weight(run_id: str) -> int:
    """The weight of the tasks of a request's run, from 1 to 21 as those of workflows."""
    digits = run_id.removeprefix(PROCESS_RUN)[:2]
    return 1 + (int(digits) if digits.isdecimal() else -LOWEST_PRIORITY)

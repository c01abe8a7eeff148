"""CPU seconds to parse the DAG file of a workflow with steps over those of a flat one.

Each parse is a process forked from one that has loaded Airflow and nothing of ours.
"""

from __future__ import annotations

import os
import resource
import runpy
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.options import Options
from benchmarks.report import Table, median, ratio, seconds

_PLACES = {"name": "w", "trigger": {"bucket": "media-input", "directory": "in/"}, "output": {"directory": "out/"}}
FLAT = {
    "jobs": {
        "transcode": [{"template": 100010}],
        "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}],
        "sample_snapshot": [{"template": 10}],
        "image_sprite": [{"template": 10}],
        "animated_graphic": [{"template": 20000, "start_offset_s": 0, "end_offset_s": 1}],
        "adaptive_dynamic_streaming": [{"template": 10}],
        "quality_control": [{"template": 10}],
        "content_review": [{"template": 10}],
        "recognition": [{"template": 10}],
        "analysis": [{"template": 10}],
    }
}


def _steps(count: int) -> list[dict[str, Any]]:
    """A chain in which each condition reads the source and the step before."""
    return [
        {
            "id": f"s{number}",
            "transcode": [{"template": 100010, "output_path": f"s{number}_{{inputName}}.{{format}}"}],
            **({"after": [f"s{number - 1}"]} if number else {}),
            **({"when": f"source.fps > {number} && steps.s{number - 1}.status == 'success'"} if number else {}),
        }
        for number in range(count)
    ]


def run(options: Options) -> list[Table]:
    """One table."""
    import airflow.sdk  # noqa: F401  # loaded before the fork, as by the dag-processor

    ways: dict[str, dict[str, Any]] = {"12 steps, 11 conditions": {"steps": _steps(12)}, "10 jobs (baseline)": FLAT}
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        files = {way: Path(root) / f"{number}.py" for number, way in enumerate(ways)}
        for way, file in files.items():
            _child_s(partial(_write, file, ways[way]))
        measured: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(max(10, options.repeats)):
            for way, file in files.items():
                measured[way].append(_child_s(partial(runpy.run_path, str(file))))
    baseline = median(measured["10 jobs (baseline)"])
    rows = [
        [way, seconds(median(found)), seconds(min(found)), seconds(max(found)), ratio(median(found), baseline)]
        for way, found in measured.items()
    ]
    columns = ["DAG file", "CPU s (median)", "min", "max", "ratio to ten jobs"]
    return [Table("CPU: one parse of a DAG file in a process of its own", columns, rows)]


def _write(file: Path, parts: dict[str, Any]) -> None:
    from media_workflows.airflow_adapter.dag_file import dag_file_text
    from media_workflows.domain.workflow import parse_workflow

    definition = parse_workflow(_PLACES | parts).model_dump(mode="json")
    file.write_text(dag_file_text("wf_0123456789ab", 1, definition))


def _child_s(work: Callable[[], object]) -> float:
    """CPU seconds of a forked process that does `work` and has imported nothing of ours before."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, "the DAG file cannot be parsed"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

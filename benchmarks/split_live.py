"""A long transcode through Airflow: by one worker at once, and by two workers in chunks; a core for each worker.

The product of docker-compose.yaml with two workers as two machines, as `make cluster` starts it. The other processes
share the cores, so that figures of a machine with two cores are worse than those of four.
"""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from benchmarks import media_commands as commands
from benchmarks.options import Options
from benchmarks.product import ROOT, log, wait_for
from benchmarks.report import Table, ratio, seconds
from benchmarks.split import ITEM
from media_workflows.cluster.layout import ClusterLayout
from media_workflows.cluster.stack import ClusterStack
from media_workflows.demo.api import Api
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET

ENCODERS = ("worker-1", "worker-2")
LONGEST_S = 6 * 3600.0
WAYS = {"never": "1 worker, one encode", "always": "2 workers, chunks"}


class _Layout(ClusterLayout):
    """With a slot for each worker, and a helper."""

    chunk_s = 60.0

    @property
    def compose_values(self) -> Mapping[str, str]:
        return {"ENCODE_SLOTS": str(len(ENCODERS)), "SPLIT_HELPERS": str(len(ENCODERS) - 1)}

    @property
    def local_settings(self) -> Mapping[str, str]:
        return {**super().local_settings, "MEDIA_WORKFLOWS_SPLIT_CHUNK_S": str(self.chunk_s)}

    def environment_of_worker(self, name: str) -> dict[str, str]:
        """One task at a time, so that the step and its helper are on two workers."""
        own = {"AIRFLOW__CELERY__WORKER_CONCURRENCY": "1"} if name in ENCODERS else {}
        return super().environment_of_worker(name) | own


class _Stack(ClusterStack):
    def pin_workers(self) -> None:
        """Each of the two that encode to a core of its own."""
        cores = sorted(os.sched_getaffinity(0))
        for number, name in enumerate(ENCODERS):
            process = self._supervisor.service(name).process
            assert process is not None
            worker = psutil.Process(process.pid)
            for one in (worker, *worker.children(recursive=True)):
                one.cpu_affinity([cores[number % len(cores)]])


def run(options: Options) -> list[Table]:
    """A table for each length."""
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as directory:
        layout = _Layout(ROOT, Path(directory))
        layout.chunk_s = options.split_chunk_s
        stack = _Stack(layout, log)
        try:
            stack.start()
            stack.pin_workers()
            return [_table(int(length), options, stack, Path(directory)) for length in options.split_lengths.split(",")]
        finally:
            stack.stop()


def _table(length_s: int, options: Options, stack: _Stack, directory: Path) -> Table:
    clip = directory / f"clip{length_s}.mp4"
    subprocess.run(commands.make_clip(clip, length_s), check=True)
    found = {way: _measured(way, clip, stack) for way in WAYS}
    one = found["never"]
    rows = [
        [
            WAYS[way],
            seconds(made["wall_s"]),
            ratio(one["wall_s"], made["wall_s"]),
            seconds(made["cpu_s"]),
            ratio(made["cpu_s"], one["cpu_s"]),
            f"{made['bytes_out']:,}",
            f"{made['bytes_out'] / one['bytes_out']:.3f}",
            made["notices"],
        ]
        for way, made in found.items()
    ]
    columns = ["way", "wall s of the step", "speed-up", "CPU s", "CPU ratio", "bytes", "bytes ratio", "who"]
    note = (
        f"Chunks of {options.split_chunk_s:g} s; load of the machine at the end: {os.getloadavg()[0]:.1f} on "
        f"{os.cpu_count()} cores. All of it includes fetching, verification and publishing."
    )
    return Table(f"One transcode of {length_s} s 1080p through Airflow", columns, rows, [note])


def _measured(way: str, clip: Path, stack: _Stack) -> dict[str, Any]:
    api, name = Api(stack.layout), f"{way}-{clip.stem}"
    definition = {
        "name": name,
        "trigger": {"bucket": INPUT_BUCKET, "directory": f"{name}/"},
        "output": {"bucket": OUTPUT_BUCKET, "directory": f"{name}-out/"},
        "jobs": {"transcode": [{**ITEM, "split": way}]},
    }
    workflow_id = api.enabled_workflow(definition)
    # Content of its own, so that the second one is not reused: players skip a `free` box.
    body = clip.read_bytes() + struct.pack(">I4sQ", 16, b"free", time.time_ns())
    stack.clients.s3.put_object(Bucket=INPUT_BUCKET, Key=f"{name}/clip.mp4", Body=body)

    def ended() -> str | None:
        runs = api.call("GET", "/runs", params={"workflow": workflow_id})["items"]
        return next((run["run_id"] for run in runs if run["state"] in ("success", "failed")), None)

    run_id = wait_for(ended, LONGEST_S, f"the end of {name}")
    (job,) = api.call("GET", f"/runs/{run_id}", params={"workflow": workflow_id})["jobs"]
    (item,) = job["items"]
    if item["status"] != "SUCCESS":
        raise RuntimeError(f"{name}: {item['message']}")
    log(f"{name}: {job['usage']}")
    return {**job["usage"], "notices": "; ".join(notice["message"] for notice in item["notices"])}

"""A burst of uploads into a cluster: every one is processed once, and all machines take part."""

from __future__ import annotations

import struct
import time
from collections import defaultdict
from typing import Any

from rich.console import Console
from rich.table import Table

from media_workflows.cluster.layout import WORKERS, ClusterLayout
from media_workflows.demo.api import Api
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from media_workflows.demo.sample_clip import make_sample_clip
from media_workflows.errors import DemoError
from media_workflows.storage.clients import Clients

TIMEOUT_S = 900.0
NAME = "burst"
DEFINITION = {
    "name": NAME,
    "trigger": {"bucket": INPUT_BUCKET, "directory": f"{NAME}/"},
    "output": {"bucket": OUTPUT_BUCKET, "directory": f"{NAME}-out/"},
    "jobs": {
        "transcode": [{"template": 100010}],
        "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}],
    },
}
OUTPUTS = 2  # of each upload


class Burst:
    """Uploads at once, waits for their runs, and shows which machine did what."""

    def __init__(self, layout: ClusterLayout, clients: Clients, console: Console) -> None:
        self._layout = layout
        self._clients = clients
        self._console = console
        self._api = Api(layout)

    def repeat(self, bursts: int, uploads: int) -> None:
        """Run so many, one after another. Raises DemoError at the first that `run` finds incomplete."""
        for number in range(1, bursts + 1):
            self.run(uploads)
            self._console.print(f"burst {number} of {bursts}: all machines took part")

    def run(self, uploads: int) -> None:
        """Raises DemoError when an upload is lost, doubled or fails, or when a machine has done nothing."""
        workflow_id = self._api.enabled_workflow(DEFINITION)
        began, name = time.monotonic(), time.strftime("%Y%m%d-%H%M%S")
        keys = [self._upload(f"{NAME}/{name}-{number:03}.mp4", number) for number in range(uploads)]
        runs = self._finished(workflow_id, keys)
        took_s = time.monotonic() - began
        self._require_whole(runs, keys, name)
        self._console.print(
            f"{uploads} uploads were processed in {took_s:.0f} s ({uploads / took_s * 60:.0f} a minute), each once"
        )
        self._show(self._tasks(workflow_id, {run["run_id"] for run in runs}))

    def _upload(self, key: str, number: int) -> str:
        """A clip with content of its own, as the same content is not processed twice: players skip a `free` box."""
        clip = make_sample_clip(self._layout.data / "sample.mp4").read_bytes()
        content = clip + struct.pack(">I4sQI", 20, b"free", time.time_ns(), number)
        self._clients.s3.put_object(Bucket=INPUT_BUCKET, Key=key, Body=content)
        return key

    def _finished(self, workflow_id: str, keys: list[str]) -> list[dict[str, Any]]:
        deadline = time.monotonic() + TIMEOUT_S
        with self._console.status("waiting for the runs") as status:
            while time.monotonic() < deadline:
                answer = self._api.call("GET", "/runs", params={"workflow": workflow_id, "limit": 1000})
                runs = [run for run in answer["items"] if (run["source"] or {}).get("key") in keys]
                ended = [run for run in runs if run["state"] in ("success", "failed")]
                if len(ended) >= len(keys) and len(ended) == len(runs):
                    return ended
                status.update(f"waiting for the runs: {len(ended)} of {len(keys)} ended")
                time.sleep(1)
        raise DemoError(
            "{ended} of {uploads} runs ended within {timeout_s} s; see {logs}",
            ended=len(ended),
            uploads=len(keys),
            timeout_s=f"{TIMEOUT_S:.0f}",
            logs=self._layout.shown_logs,
        )

    def _require_whole(self, runs: list[dict[str, Any]], keys: list[str], name: str) -> None:
        """One successful run for each upload, and its outputs in the bucket."""
        sources = sorted(run["source"]["key"] for run in runs if run["state"] == "success")
        pages = self._clients.s3.get_paginator("list_objects_v2").paginate(
            Bucket=OUTPUT_BUCKET, Prefix=f"{NAME}-out/{name}"
        )
        made = sum(found["Size"] > 0 for page in pages for found in page.get("Contents", []))
        if sources != sorted(keys) or made != OUTPUTS * len(keys):
            raise DemoError(
                "{uploads} uploads gave {runs} successful runs and {outputs} outputs, not {expected}; see {logs}",
                uploads=len(keys),
                runs=len(sources),
                outputs=made,
                expected=OUTPUTS * len(keys),
                logs=self._layout.shown_logs,
            )

    def _tasks(self, workflow_id: str, run_ids: set[str]) -> list[dict[str, Any]]:
        """Airflow's task instances of these runs."""
        path = f"/dags/{workflow_id}/dagRuns/~/taskInstances"
        found: list[dict[str, Any]] = []
        while page := self._api.airflow(f"{path}?limit=100&offset={len(found)}")["task_instances"]:
            found.extend(page)
        return [task for task in found if task["dag_run_id"] in run_ids]

    def _show(self, tasks: list[dict[str, Any]]) -> None:
        busy_s: dict[str, float] = defaultdict(float)
        count: dict[str, int] = defaultdict(int)
        for task in tasks:
            if task["hostname"]:
                count[task["hostname"]] += 1
                busy_s[task["hostname"]] += task["duration"] or 0
        table = Table("machine", "tasks", "seconds")
        for machine in WORKERS:
            table.add_row(machine, str(count[machine]), f"{busy_s[machine]:.1f}")
        self._console.print(table)
        if idle := [machine for machine in WORKERS if not count[machine]]:
            raise DemoError(
                "{machine} has done nothing; see {logs}", machine=", ".join(idle), logs=self._layout.shown_logs
            )

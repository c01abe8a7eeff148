"""The demo's sample run: creates a workflow by the API, uploads a clip, prints outputs and the event."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from media_workflows.demo.api import Api
from media_workflows.demo.layout import INPUT_BUCKET, Layout
from media_workflows.demo.sample_clip import make_sample_clip
from media_workflows.errors import DemoError
from media_workflows.storage.clients import Clients

RUN_TIMEOUT_S = 240.0
EVENT_TIMEOUT_S = 30.0
ANSWER_TIMEOUT_S = 120.0  # the first answer of an Airflow that has just started, on a busy machine


class Tour:
    """One sample run, from the upload to the event."""

    def __init__(self, layout: Layout, clients: Clients, console: Console) -> None:
        self._layout = layout
        self._clients = clients
        self._console = console
        self._api = Api(layout)

    def run(self) -> None:
        """Run the tour. Raises DemoError when the run fails or takes longer than 240 s."""
        workflow_id = self._workflow()
        key = self._upload()
        run = self._finished_run(workflow_id, key)
        self._show(run, self._event(run["run_id"], workflow_id))

    def _workflow(self) -> str:
        """The id of the sample workflow, which is created if missing, and enabled."""
        definition = yaml.safe_load(
            (self._layout.root / "config" / "workflows" / "demo.yaml").read_text(encoding="utf-8")
        )
        definition["notification"]["url"] = self._layout.receiver_url
        workflow_id = self._api.enabled_workflow(definition)
        self._console.print(f"workflow [bold]demo[/bold] ({workflow_id}) is enabled")
        return workflow_id

    def _upload(self) -> str:
        clip = make_sample_clip(self._layout.data / "sample.mp4")
        key = f"in/sample-{time.strftime('%Y%m%d-%H%M%S')}.mp4"
        self._clients.s3.upload_file(str(clip), INPUT_BUCKET, key)
        self._console.print(f"uploaded [bold]{INPUT_BUCKET}/{key}[/bold] ({clip.stat().st_size:,} bytes)")
        return key

    def _finished_run(self, workflow_id: str, key: str) -> dict[str, Any]:
        deadline = time.monotonic() + RUN_TIMEOUT_S
        with self._console.status("waiting for the run"):
            while time.monotonic() < deadline:
                runs = self._api.call("GET", "/runs", params={"workflow": workflow_id})["items"]
                mine = [run for run in runs if (run["source"] or {}).get("key") == key]
                if mine and mine[0]["state"] in ("success", "failed"):
                    return dict(mine[0])
                time.sleep(0.5)
        page = f"{self._layout.airflow_url}/dags/{workflow_id}"
        raise DemoError(
            "no run for {key} finished within {timeout_s} s; see {page} and {logs}",
            key=key,
            timeout_s=f"{RUN_TIMEOUT_S:.0f}",
            page=page,
            logs=self._layout.shown_logs,
        )

    def _event(self, run_id: str, workflow_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + EVENT_TIMEOUT_S
        while time.monotonic() < deadline:
            for line in _lines(self._layout.events_file):
                received = json.loads(line)
                if received["event"].get("MediaWorkflows", {}).get("RunId") == run_id:  # a CloudEvent has it deeper
                    return dict(received)
            time.sleep(0.2)
        raise DemoError(
            "no event for run {run_id} of {workflow_id} arrived within {timeout_s} s; see {logs}",
            run_id=run_id,
            workflow_id=workflow_id,
            timeout_s=f"{EVENT_TIMEOUT_S:.0f}",
            logs=self._layout.shown_logs,
        )

    def _show(self, run: dict[str, Any], received: dict[str, Any]) -> None:
        table = Table(title=f"run {run['run_id']}: {run['state']}")
        for column in ("job", "output", "bytes"):
            table.add_column(column, overflow="fold")
        for job in run["jobs"]:
            for item in job["items"]:
                for output in item["outputs"]:
                    table.add_row(job["kind"], f"{output['bucket']}/{output['key']}", f"{output['size_bytes']:,}")
                if item["status"] == "FAIL":
                    table.add_row(job["kind"], f"[red]{item['message']}[/red]", "")
        self._console.print(table)
        self._console.print(f"event {received['id']} received, signature verified:")
        self._console.print_json(json.dumps(_summary(received["event"])))
        if run["state"] != "success":
            raise DemoError(
                "the run ended in state {state}; see {logs}", state=run["state"], logs=self._layout.shown_logs
            )


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _summary(event: dict[str, Any]) -> dict[str, Any]:
    """The main fields of the event; the whole event is in events.jsonl."""
    task = event["WorkflowTaskEvent"]
    kinds = [result["Type"] for result in task["MediaProcessResultSet"]]
    return {
        "EventType": event["EventType"],
        "TaskId": task["TaskId"],
        "Status": task["Status"],
        "ErrCode": task["ErrCode"],
        "Results": kinds,
    }

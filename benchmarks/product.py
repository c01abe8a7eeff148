"""A whole Airflow with the product in it, on free ports and with data of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from media_workflows.demo.layout import HOST, INPUT_BUCKET, OUTPUT_BUCKET, PORT_DEFAULTS, USER, Layout
from media_workflows.demo.stack import Stack
from media_workflows.settings import get_settings

ROOT = Path(__file__).parents[1]
POLL_INTERVAL_S = 0.2


class NotReachedError(Exception):
    """Something waited for did not come to pass in time."""


def wait_for(check: Callable[[], Any], timeout_s: float, what: str, interval_s: float = POLL_INTERVAL_S) -> Any:
    """The first true value of `check`. Raises NotReachedError."""
    deadline = time.monotonic() + timeout_s
    while not (value := check()):
        if time.monotonic() > deadline:
            raise NotReachedError(f"{what} was not reached in {timeout_s:.0f} s")
        time.sleep(interval_s)
    return value


def log(text: str) -> None:
    """Progress, to stderr."""
    print(f"  {text}", file=sys.stderr, flush=True)


class KillableStack(Stack):
    """The demo's stack, of which a service can be killed."""

    def kill(self, name: str) -> None:
        """SIGKILL to a service and what it started; the supervisor starts it again."""
        process = self._supervisor.service(name).process
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)

    def pid(self, name: str) -> int:
        """The process id of a service."""
        process = self._supervisor.service(name).process
        assert process is not None
        return process.pid

    def memory_mb(self, name: str) -> float:
        """The memory of a service's processes; what several share counts once in all. 0 while it is restarted."""
        process = self._supervisor.service(name).process
        assert process is not None
        found = 0
        with suppress(psutil.Error):
            service = psutil.Process(process.pid)
            for one in (service, *service.children(recursive=True)):
                with suppress(psutil.Error):
                    found += one.memory_full_info().pss
        return found / 1_000_000


@contextmanager
def running_product(
    baseline_dags: list[str],
    settings: Mapping[str, str],
    *,
    system_dags: Sequence[str] = ("media_uploads",),
    api_alone: bool = False,
    data: Path | None = None,
) -> Iterator[Product]:
    """Started with `settings` as environment; the dags folder holds these system DAGs and the named baselines.

    `api_alone`: without scheduler, dag-processor and triggerer. `data`: a directory that is kept; None = a new one.
    """
    saved = dict(os.environ)
    kept, data = data, data or Path(tempfile.mkdtemp(prefix="mw-bench-"))
    data.mkdir(parents=True, exist_ok=True)
    os.environ |= {name: str(_free_port()) for name in PORT_DEFAULTS}
    layout = Layout(ROOT, data)
    layout.environment.update(settings)
    layout.environment["AIRFLOW__CORE__DAGS_FOLDER"] = str(_dags_folder(data, system_dags, baseline_dags))
    get_settings.cache_clear()
    stack = KillableStack(layout, log)
    try:
        stack.start_api_alone() if api_alone else stack.start()
        yield Product(stack)
    finally:
        stack.stop()
        os.environ.clear()
        os.environ.update(saved)
        get_settings.cache_clear()
        if kept is None:
            shutil.rmtree(data, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _dags_folder(data: Path, system_dags: Sequence[str], baseline_dags: Sequence[str]) -> Path:
    folder = data / "dags"
    folder.mkdir(exist_ok=True)
    for source, names in ((ROOT / "dags", system_dags), (ROOT / "benchmarks" / "dags", baseline_dags)):
        for name in names:
            shutil.copy(source / f"{name}.py", folder)
    return folder


class Product:
    """The running product's two HTTP APIs and its S3."""

    def __init__(self, stack: KillableStack) -> None:
        self.kill, self.memory_mb, self.pid = stack.kill, stack.memory_mb, stack.pid
        self.layout = stack.layout
        self.s3 = stack.clients.s3
        self.dags_folder = Path(stack.layout.environment["AIRFLOW__CORE__DAGS_FOLDER"])
        credentials = {"username": USER, "password": stack.layout.secrets["password"]}
        token = httpx.post(f"{stack.layout.airflow_url}/auth/token", json=credentials).raise_for_status().json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        self._http = httpx.Client(base_url=stack.layout.airflow_url, headers=headers, timeout=60)

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self._http.request(method, path, **arguments).raise_for_status()
        return answer.json() if answer.content else None

    def get(self, path: str, headers: Mapping[str, str] | None = None, timeout_s: float = 60) -> httpx.Response:
        """A GET of any path below the server's root, with the answer as it came."""
        return self._http.get(path, headers=headers, timeout=timeout_s)

    def api(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Our API. Raises httpx.HTTPStatusError."""
        return self._ask(method, f"/media-workflows/api/v1{path}", json=body, params=query)

    def ours(self, method: str, path: str, body: Any = None) -> Any:
        """Our API below /workflows. Raises httpx.HTTPStatusError."""
        return self.api(method, f"/workflows{path}", body)

    def airflow(self, path: str, **query: Any) -> Any:
        """A GET of Airflow's API. Raises httpx.HTTPStatusError."""
        return self._ask("GET", f"/api/v2{path}", params=query)

    def listed_name(self, dag_id: str) -> str | None:
        """The display name under which Airflow lists the DAG; None while it does not."""
        found = self.airflow("/dags", dag_id_pattern=dag_id)["dags"]
        return next((dag["dag_display_name"] for dag in found if dag["dag_id"] == dag_id), None)

    def wait_until_listed(self, dag_id: str, name: str | None, timeout_s: float = 60) -> None:
        """Return once the DAG is listed as `name`, or, for None, no more. Raises NotReachedError."""
        wait_for(lambda: self.listed_name(dag_id) == name, timeout_s, f"{dag_id} as {name}")

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None) -> str:
        """Start a run; its id."""
        body = {"logical_date": None, "conf": dict(conf or {})}
        run: dict[str, Any] = self._ask("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body)
        return str(run["dag_run_id"])

    def newest_run_id(self, dag_id: str) -> str | None:
        """The run that was created last."""
        runs = self.airflow(f"/dags/{dag_id}/dagRuns", order_by="-run_after", limit=1)["dag_runs"]
        return str(runs[0]["dag_run_id"]) if runs else None

    def task(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
        """A task instance; {} while there is none."""
        items = self.airflow(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"]
        return next((item for item in items if item["task_id"] == task_id), {})

    def wait_for_start(self, dag_id: str, run_id: str, task_id: str) -> float:
        """When the task began, in Unix seconds. Raises NotReachedError."""
        began = wait_for(lambda: self.task(dag_id, run_id, task_id).get("start_date"), 120, f"start of {task_id}")
        return datetime.fromisoformat(began).timestamp()

    def wait_for_end(
        self, dag_id: str, run_id: str, timeout_s: float = 120, interval_s: float = POLL_INTERVAL_S
    ) -> None:
        """Return once the run has ended well. Raises NotReachedError."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}"
        wait_for(lambda: self.airflow(path)["state"] == "success", timeout_s, f"success of {run_id}", interval_s)


def definition(name: str) -> dict[str, Any]:
    """A workflow that takes one picture of what is put below in/."""
    return {
        "name": name,
        "trigger": {"bucket": INPUT_BUCKET, "directory": "in/"},
        "output": {"bucket": OUTPUT_BUCKET, "directory": "out/"},
        "jobs": {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]},
    }

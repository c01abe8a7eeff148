"""The running product as a test sees it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from media_workflows.cluster.layout import ComposeLayout, free_port
from media_workflows.cluster.stack import ComposeStack
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET, PORT_DEFAULTS, USER, Layout
from media_workflows.demo.stack import Stack
from product_shell import PROGRAM, ProductShell
from resource_report import PRODUCT, ResourceReport
from slow_encodes import program
from vendor_walker_events import problems_of_event

ROOT = Path(__file__).parents[1]
FINAL_STATES = ("success", "failed")
CONNECTION = "media_s3"  # a stored one, so that every process is seen to find it
POLL_INTERVAL_S = 2
TEST_SETTINGS = {
    "MEDIA_WORKFLOWS_AWS_CONN_ID": CONNECTION,
    "MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S": str(POLL_INTERVAL_S),
    # Users have 0.2: a task starts sooner, and an idle scheduler with its database takes a half more processor time.
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
}


def _settings(data: Path) -> dict[str, str]:
    return TEST_SETTINGS | {"MEDIA_WORKFLOWS_FFMPEG_PATH": str(program(data))}


def eventually(check: Callable[[], Any], timeout_s: float = 120) -> Any:
    """The first true value of `check`, polled; an assertion failure after `timeout_s`.

    Each poll takes the product processor time, so a long wait has fewer: it becomes a second longer at most.
    """
    began = time.monotonic()
    waited = 0.0
    while not (value := check()):
        assert waited < timeout_s, f"not reached in {timeout_s} s; last value: {value!r}"
        time.sleep(min(max(waited / 10, 0.3), 1))
        waited = time.monotonic() - began  # before the check: the last one begins when the time is over
    return value


def is_ffmpeg(process: Path) -> bool:
    """Whether a process of /proc is ffmpeg. Before, it is a program that has the kernel end it with its parent.

    That program must not be stopped: it would outlive its parent.
    """
    return Path(os.fsdecode((process / "cmdline").read_bytes().split(b"\0")[0])).name.startswith("ffmpeg")


class DemoLayout(Layout):
    """`make demo` with a second user, who may only read."""

    @property
    def dags_folder(self) -> Path:
        return self.data / "dags"

    @property
    def data_directories(self) -> list[Path]:
        """Where sources are cached and jobs work."""
        return [self.data]

    def prepare(self) -> None:
        (self.data / "airflow").mkdir()
        (self.data / "airflow" / "passwords.json").write_text(json.dumps({"viewer": "viewer"}))
        super().prepare()

    def password(self, user: str) -> str:
        passwords: dict[str, str] = json.loads((self.data / "airflow" / "passwords.json").read_text())
        return passwords[user]

    @cached_property
    def environment(self) -> dict[str, str]:
        """The demo's, with what tests change."""
        users = {"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin,viewer:viewer"}
        return (
            super().environment | users | _settings(self.data) | {"AIRFLOW__CORE__DAGS_FOLDER": str(self.dags_folder)}
        )


class ProductionLayout(ComposeLayout):
    """docker-compose.yaml with the users that tests add."""

    linked = ("config", "plugins")  # DAGs of tests go beside copies of the product's

    @property
    def dags_folder(self) -> Path:
        return self.home / "dags"

    def password(self, user: str) -> str:
        return self.secrets["password"] if user == USER else user

    @cached_property
    def local_settings(self) -> Mapping[str, str]:
        # Users have 30 s, for which a test of what a user may do would wait.
        return {**super().local_settings, **_settings(self.data), "AIRFLOW__FAB__CACHE_TTL": "3"}

    @property
    def compose_values(self) -> Mapping[str, str]:
        return {"SPLIT_HELPERS": "1"}


# What a test's product is: the demo (LocalExecutor, Airflow's own users), or what docker-compose.yaml describes
# (CeleryExecutor with a broker and three workers, FAB's users).
SHAPES: dict[str, tuple[type[DemoLayout | ProductionLayout], type[Stack]]] = {
    "demo": (DemoLayout, Stack),
    "compose": (ProductionLayout, ComposeStack),
}


class Product:
    """The running product as its users see it: two HTTP APIs, S3, events, and a shell."""

    def __init__(self, stack: Stack, layout: DemoLayout | ProductionLayout, shape: str) -> None:
        self._stack = stack
        self.shape = shape
        self.layout = layout
        self.s3 = stack.clients.s3
        self.sqs = stack.clients.sqs
        self.api = self.client("admin", "/media-workflows/api/v1")
        self.airflow = self.client("admin", "/api/v2")
        self._shell = ProductShell(self._environment)

    def client(self, user: str, path: str) -> httpx.Client:
        """A client logged in as `user`."""
        login = {"username": user, "password": self.layout.password(user)}
        answer = httpx.post(f"{self.layout.airflow_url}/auth/token", json=login, timeout=120)
        token = answer.raise_for_status().json()["access_token"]
        base = f"{self.layout.airflow_url}{path}"
        return httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=120)

    def anonymous(self, path: str) -> httpx.Client:
        """A client that is not logged in."""
        return httpx.Client(base_url=f"{self.layout.airflow_url}{path}", timeout=120)

    def add_connection(self, name: str) -> None:
        """Store the S3 server as an Airflow connection."""
        extra = json.dumps({"endpoint_url": self.layout.s3_url, "region_name": "us-east-1"})
        login = {"login": "demo", "password": "demo"}
        body = {"connection_id": name, "conn_type": "aws", "extra": extra, **login}
        self.airflow.post("/connections", json=body).raise_for_status()

    def add_user(self, name: str, role: str) -> None:
        """A user of FAB; the demo's are in its file of passwords."""
        user = {"username": name, "password": self.layout.password(name), "email": f"{name}@localhost.invalid"}
        body = user | {"first_name": "Media", "last_name": name, "roles": [{"name": role}]}
        self.client("admin", "/auth/fab/v1").post("/users", json=body).raise_for_status()

    def create(self, name: str, **parts: Any) -> str:
        """A new workflow's id. By default one small snapshot job on `<name>/`, with an HTTP notification."""
        definition = {
            "name": name,
            "trigger": {"bucket": INPUT_BUCKET, "directory": f"{name}/"},
            "output": {"bucket": OUTPUT_BUCKET, "directory": f"{name}-out/"},
            "jobs": {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]},
            "notification": {"type": "http", "url": self.layout.receiver_url},
        } | parts
        if "steps" in parts:
            del definition["jobs"]
        answer = self.api.post("/workflows", json=definition)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def enable(self, workflow_id: str) -> None:
        """Enable, or fail with the answer."""
        answer = self.api.post(f"/workflows/{workflow_id}/enable", json={})
        assert answer.status_code == 200, answer.text

    def disable(self, workflow_id: str) -> None:
        """Disable, or fail with the answer."""
        answer = self.api.post(f"/workflows/{workflow_id}/disable", json={})
        assert answer.status_code == 200, answer.text

    def edit(self, workflow_id: str, **parts: Any) -> None:
        """Replace parts of the definition."""
        stored = self.api.get(f"/workflows/{workflow_id}").json()
        update = {"revision": stored["revision"], "definition": stored["definition"] | parts}
        answer = self.api.put(f"/workflows/{workflow_id}", json=update)
        assert answer.status_code == 200, answer.text

    def upload(self, path: Path, key: str) -> None:
        """Put a file into the input bucket."""
        self.s3.upload_file(str(path), INPUT_BUCKET, key)

    def runs(self, workflow_id: str) -> list[dict[str, Any]]:
        """All runs, newest first."""
        answer = self.api.get("/runs", params={"workflow": workflow_id, "limit": 1000}).raise_for_status()
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def run(self, workflow_id: str, run_id: str) -> dict[str, Any]:
        """The report of one run."""
        answer = self.api.get(f"/runs/{run_id}", params={"workflow": workflow_id})
        assert answer.status_code == 200, answer.text
        report: dict[str, Any] = answer.json()
        return report

    def finished(self, workflow_id: str, count: int = 1, timeout_s: float = 600) -> list[dict[str, Any]]:
        """The runs, once there are `count` and all are finished."""

        def done() -> list[dict[str, Any]] | None:
            runs = self.runs(workflow_id)
            return runs if len(runs) >= count and all(run["state"] in FINAL_STATES for run in runs) else None

        try:
            runs: list[dict[str, Any]] = eventually(done, timeout_s)
        except AssertionError as error:
            states = [
                (run["run_id"], run["state"], self.task_states(workflow_id, run["run_id"]))
                for run in self.runs(workflow_id)
            ]
            error.add_note(f"runs: {states}\ndecisions: {self.decisions(workflow_id)}")
            raise
        return runs

    def approvals(self, workflow_id: str) -> list[dict[str, Any]]:
        """What runs of a workflow wait for."""
        items: list[dict[str, Any]] = self.api.get("/approvals", params={"workflow": workflow_id}).json()["items"]
        return items

    def decisions(self, workflow_id: str) -> list[dict[str, Any]]:
        """Upload decisions of a workflow, newest first."""
        items: list[dict[str, Any]] = self.api.get("/uploads", params={"workflow": workflow_id}).json()["items"]
        return items

    def events(self, workflow_id: str) -> list[dict[str, Any]]:
        """Events the receiver took (it verifies signatures), oldest first. The vendor's SDK has to parse them."""
        file = self.layout.events_file
        received = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        # The function callback's CloudEvents may lie there, too: their body is one level deeper.
        events = [
            event for event in received if event["event"].get("MediaWorkflows", {}).get("WorkflowId") == workflow_id
        ]
        problems = [problem for event in events for problem in problems_of_event(event["event"])]
        assert problems == []
        return events

    def outputs(self, prefix: str, bucket: str = OUTPUT_BUCKET) -> list[str]:
        """Keys below a prefix."""
        page = self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
        return sorted(found["Key"] for found in page.get("Contents", []))

    def task_states(self, workflow_id: str, run_id: str) -> dict[str, tuple[str, int]]:
        """task id -> (state, try number)"""
        items = self.airflow.get(f"/dags/{workflow_id}/dagRuns/{run_id}/taskInstances").json()["task_instances"]
        return {item["task_id"]: (item["state"], item["try_number"]) for item in items}

    def failure_of(self, workflow_id: str, run_id: str) -> str:
        """The states of the tasks, and what each try of the failed ones has logged, for the message of a test."""
        path, states = f"/dags/{workflow_id}/dagRuns/{run_id}/taskInstances", self.task_states(workflow_id, run_id)
        failed = {task: number for task, (state, number) in states.items() if state not in ("success", "skipped")}
        logs = [
            f"{task}, try {number}: {self.airflow.get(f'{path}/{task}/logs/{number}').text[-6000:]}"
            for task, tries in failed.items()
            for number in range(1, tries + 1)
        ]
        return "\n\n".join([str(states), *logs])

    def kill(self, service: str) -> None:
        """SIGKILL to a service of the Compose file."""
        assert isinstance(self._stack, ComposeStack)
        self._stack.kill(service)

    def encoders(self) -> dict[int, Path]:
        """The ffmpeg inside the work directories: process id -> the worker's data directory."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                cwd = (process / "cwd").readlink()
                own = [each for each in self.layout.data_directories if each / "work" in cwd.parents]
                found.update({int(process.name): each for each in own if is_ffmpeg(process)})
        return found

    def shell(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command of the virtual environment with the product's environment, in a directory."""
        if command[0] == PROGRAM:
            return self._shell.run(*command[1:], cwd=cwd)
        program = str(Path(sys.executable).parent / command[0])
        return subprocess.run(
            [program, *command[1:]], env=self._environment, cwd=cwd, capture_output=True, text=True, check=False
        )

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.layout.environment}

    def close(self) -> None:
        """End what was started for tests only."""
        self._shell.close()


def _copy_dags(folder: Path) -> None:
    """The product's own DAGs, and the sample ones as a user puts them beside these."""
    for source in (ROOT / "dags", ROOT / "samples" / "dags"):
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)


@contextmanager
def running_product(report: ResourceReport, shape: str) -> Iterator[Product]:
    """Everything up in one of SHAPES, on free ports, with data of its own; users admin and viewer.

    Airflow's scheduler, triggerer, dag-processor and api-server, with real PostgreSQL and S3. `report` counts the
    processor time of all of them, which is known when they end, under a name of its own.
    """
    data = Path(tempfile.mkdtemp(prefix="mw-"))
    saved = dict(os.environ)
    for name in PORT_DEFAULTS:
        os.environ[name] = str(free_port())
    layout_class, stack_class = SHAPES[shape]
    layout = layout_class(ROOT, data)
    stack = stack_class(layout, print)
    try:
        _copy_dags(layout.dags_folder)
        stack.start()
        os.environ.clear()
        os.environ.update(saved)
        product = Product(stack, layout, shape)
        product.add_connection(CONNECTION)
        if shape == "compose":
            product.add_user("viewer", "Viewer")
        with closing(product):
            yield product
    finally:
        os.environ.clear()
        os.environ.update(saved)
        with report.counting(PRODUCT):
            stack.stop()
        if not os.environ.get("KEEP"):
            shutil.rmtree(data, ignore_errors=True)

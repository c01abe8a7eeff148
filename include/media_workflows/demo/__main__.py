"""`python -m media_workflows.demo [--once]`: starts everything, runs the tour, stays up until Ctrl-C."""

from __future__ import annotations

import importlib.metadata
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout
from rich.console import Console

from media_workflows.demo import services
from media_workflows.demo.layout import USER, DemoError, Layout
from media_workflows.demo.supervisor import Supervisor
from media_workflows.demo.tour import Tour
from media_workflows.errors import MediaWorkflowsError
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients, make_clients

console = Console(highlight=False)


def _run_once(layout: Layout, name: str, command: list[str]) -> None:
    """Run a set-up step to its end. Raises DemoError with the tail of what it said."""
    step = subprocess.run(
        command, env={**os.environ, **layout.environment}, capture_output=True, text=True, check=False
    )
    (layout.data / "logs" / f"{name}.log").write_text(step.stdout + step.stderr)
    if step.returncode:
        raise DemoError(f"{name} failed:\n{(step.stdout + step.stderr)[-2000:]}")


def _migrate(layout: Layout) -> None:
    """Both databases, when this version of Airflow did not do it before."""
    layout.database.ensure_database("airflow")
    layout.database.ensure_database("media")
    marker = layout.data / "airflow" / f".migrated-{importlib.metadata.version('apache-airflow')}"
    if not marker.exists():
        _run_once(layout, "airflow-db-migrate", [sys.executable, "-m", "airflow", "db", "migrate"])
        marker.touch()
    cores = os.cpu_count() or 2
    slots = [f"--encode-slots={max(1, cores // 2)}", f"--light-slots={cores}"]
    _run_once(layout, "init", [sys.executable, "-m", "media_workflows.cli", "init", *slots])


def _start(layout: Layout, supervisor: Supervisor, clients: Clients) -> None:
    layout.database.initialise()
    supervisor.start(services.database_service(layout))
    supervisor.start(services.storage_service(layout), services.receiver_service(layout))
    layout.database.wait_until_up()
    _migrate(layout)
    services.wait_for_storage(layout, clients)
    supervisor.start(*services.airflow_services(layout))
    services.wait_for("Airflow", lambda: services.airflow_is_healthy(layout))


def _show_the_way(layout: Layout) -> None:
    console.print(f"\nMedia Workflows: {layout.airflow_url}/plugin/media-workflows   (Airflow: {layout.airflow_url})")
    console.print(f"login: [bold]{USER}[/bold] / [bold]{layout.secrets['password']}[/bold]")
    console.print(f"shell: source {layout.env_file.relative_to(layout.root)}; media-workflows list")
    console.print("Ctrl-C stops everything; the data stays in .demo/")


def _demo(layout: Layout, *, once: bool) -> None:
    layout.require_free_ports()
    layout.prepare()
    os.environ.update(layout.environment)
    clients = make_clients(Settings())

    def tell(name: str) -> None:
        console.print(f"{name} had died and was restarted; its log: .demo/logs/{name}.log")
        if name == "s3":
            services.wait_for_storage(layout, clients)

    supervisor = Supervisor(tell)
    try:
        with console.status("starting PostgreSQL, S3 and Airflow"):
            _start(layout, supervisor, clients)
        Tour(layout, clients, console).run()
        if not once:
            _show_the_way(layout)
            signal.pause()
    except KeyboardInterrupt:
        console.print("\nstopping")
    finally:
        supervisor.stop()


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main(once: Annotated[bool, typer.Option("--once", help="Stop after the sample run")] = False) -> None:
    """Start the demo in the current checkout."""
    root = Path.cwd()
    if not (root / "dags" / "media_uploads.py").exists():
        raise SystemExit("run this in the checkout of Media Workflows: `make demo`")
    layout = Layout(root, root / ".demo")
    layout.data.mkdir(mode=0o755, exist_ok=True)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with FileLock(layout.data / "demo.lock", timeout=0):
            _demo(layout, once=once)
    except Timeout:
        raise SystemExit("a demo runs in this checkout already; stop it first (Ctrl-C there)") from None
    except MediaWorkflowsError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    typer.run(main)

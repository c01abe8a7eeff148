"""`python -m media_workflows.demo [--once]`: starts everything, runs the tour, stays up until Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import httpx
import typer
from filelock import FileLock, Timeout
from rich.console import Console

from media_workflows.demo.layout import USER, Layout
from media_workflows.demo.stack import Stack
from media_workflows.demo.tour import Tour
from media_workflows.errors import MediaWorkflowsError

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
console = Console(highlight=False)


def _show_the_way(layout: Layout) -> None:
    console.print(f"\nMedia Workflows: {layout.airflow_url}/plugin/media-workflows   (Airflow: {layout.airflow_url})")
    console.print(f"login: [bold]{USER}[/bold] / [bold]{layout.secrets['password']}[/bold]")
    console.print(f"shell: source {layout.env_file.relative_to(layout.root)}; media-workflows list")
    console.print("Ctrl-C stops everything; the data stays in .demo/")


def _demo(layout: Layout, *, once: bool) -> None:
    stack = Stack(layout, console.print)
    try:
        with console.status("starting PostgreSQL, S3 and Airflow"):
            stack.start()
        _tour(layout, stack, once=once)
        if not once:
            _show_the_way(layout)
            signal.pause()
    except KeyboardInterrupt:
        console.print("\nstopping")
    finally:
        _ignore_interrupts()
        stack.stop()


def _tour(layout: Layout, stack: Stack, *, once: bool) -> None:
    """The sample run. On a busy machine it takes longer than the tour waits: what was started stays up all the same."""
    try:
        Tour(layout, stack.clients, console).run()
    except (MediaWorkflowsError, httpx.HTTPError) as error:
        if once:
            raise
        console.print(f"the sample run has not finished: {str(error) or type(error).__name__}; everything stays up")


def _ignore_interrupts() -> None:
    """An impatient second Ctrl-C must not leave children behind."""
    for number in INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)


def _interrupt(_number: int, _frame: object) -> None:
    _ignore_interrupts()
    raise KeyboardInterrupt


def main(once: Annotated[bool, typer.Option("--once", help="Stop after the sample run")] = False) -> None:
    """Start the demo in the current checkout."""
    root = Path.cwd()
    if not (root / "dags" / "media_uploads.py").exists():
        raise SystemExit("run this in the checkout of Media Workflows: `make demo`")
    layout = Layout(root, root / ".demo")
    layout.data.mkdir(mode=0o755, exist_ok=True)
    for number in INTERRUPTS:
        signal.signal(number, _interrupt)
    try:
        with FileLock(layout.data / "demo.lock", timeout=0):
            _demo(layout, once=once)
    except Timeout:
        raise SystemExit("a demo runs in this checkout already; stop it first (Ctrl-C there)") from None
    except MediaWorkflowsError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app()

"""A stack in the foreground: the only one in its data directory, until Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout
from rich.console import Console

from media_workflows.demo.layout import USER, Layout
from media_workflows.demo.stack import Stack
from media_workflows.errors import MediaWorkflowsError

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


def in_foreground(layout: Layout, use: Callable[[], None]) -> None:
    """Call `use`. Ends the process with a sentence if it fails, or where the same runs already."""
    if not (layout.root / "dags" / "media_uploads.py").exists():
        raise SystemExit(f"run this in the checkout of Media Workflows: `make {layout.target}`")
    layout.data.mkdir(mode=0o755, exist_ok=True)
    for number in INTERRUPTS:
        signal.signal(number, _interrupt)
    try:
        with FileLock(layout.data / "running.lock", timeout=0):
            use()
    except Timeout:
        raise SystemExit(
            f"`make {layout.target}` runs in this checkout already; stop it first (Ctrl-C there)"
        ) from None
    except MediaWorkflowsError as error:
        raise SystemExit(f"error: {error}") from None


@contextmanager
def started(stack: Stack, console: Console) -> Iterator[None]:
    """The stack runs; afterwards, or after Ctrl-C, all of it is stopped."""
    try:
        with console.status("starting PostgreSQL, S3 and Airflow"):
            stack.start()
        yield
    except KeyboardInterrupt:
        console.print("\nstopping")
    finally:
        _ignore_interrupts()
        stack.stop()


def sample_run(run: Callable[[], None], console: Console, *, once: bool) -> None:
    """Call `run`. On a busy machine its time may be too short: what was started stays up all the same, unless `once`.

    Raises what `run` raises, if `once`.
    """
    try:
        run()
    except MediaWorkflowsError as error:
        if once:
            raise
        console.print(f"the sample run has not finished: {error}; everything stays up")


def stay_up(layout: Layout, console: Console) -> None:
    """Say how to use what runs, and wait for Ctrl-C."""
    console.print(f"\nMedia Workflows: {layout.airflow_url}/plugin/media-workflows   (Airflow: {layout.airflow_url})")
    console.print(f"login: [bold]{USER}[/bold] / [bold]{layout.secrets['password']}[/bold]")
    console.print(f"shell: source {layout.env_file.relative_to(layout.root)}; media-workflows list")
    console.print(f"Ctrl-C stops everything; the data stays in {layout.data.name}/")
    signal.pause()


def _ignore_interrupts() -> None:
    """An impatient second Ctrl-C must not leave children behind."""
    for number in INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)


def _interrupt(_number: int, _frame: object) -> None:
    _ignore_interrupts()
    raise KeyboardInterrupt

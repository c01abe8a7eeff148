"""`python -m media_workflows.cluster [--once] [--uploads 20]`: starts the cluster, runs a burst, stays up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from media_workflows.cluster.burst import Burst
from media_workflows.cluster.layout import ClusterLayout
from media_workflows.cluster.stack import ClusterStack
from media_workflows.demo.session import in_foreground, sample_run, started, stay_up

console = Console(highlight=False)


def main(
    once: Annotated[bool, typer.Option("--once", help="Stop after the burst")] = False,
    uploads: Annotated[int, typer.Option(min=1, max=1000, help="Size of the burst")] = 20,
) -> None:
    """Start docker-compose.yaml's commands in the current checkout, with two workers as two machines."""
    layout = ClusterLayout(Path.cwd(), Path.cwd() / ".cluster")

    def cluster() -> None:
        stack = ClusterStack(layout, console.print)
        with started(stack, console):
            sample_run(lambda: Burst(layout, stack.clients, console).run(uploads), console, once=once)
            if not once:
                stay_up(layout, console)

    in_foreground(layout, cluster)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app()

"""`python -m media_workflows.cluster [--once] [--uploads 20] [--bursts 1]`: starts the cluster, runs bursts."""

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
    once: Annotated[bool, typer.Option("--once", help="Stop after the bursts")] = False,
    uploads: Annotated[int, typer.Option(min=1, max=1000, help="Size of a burst")] = 20,
    bursts: Annotated[int, typer.Option(min=1, max=100, help="Number of bursts, one after another")] = 1,
) -> None:
    """Start docker-compose.yaml's commands in the current checkout, with two workers as two machines."""
    layout = ClusterLayout(Path.cwd(), Path.cwd() / ".cluster")

    def cluster() -> None:
        stack = ClusterStack(layout, console.print)
        with started(stack, console):
            burst = Burst(layout, stack.clients, console)
            sample_run(lambda: burst.repeat(bursts, uploads), console, once=once)
            if not once:
                stay_up(layout, console)

    in_foreground(layout, cluster)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app()

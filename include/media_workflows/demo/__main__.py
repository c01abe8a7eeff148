"""`python -m media_workflows.demo [--once]`: starts everything, runs the tour, stays up until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from media_workflows.demo.layout import Layout
from media_workflows.demo.session import in_foreground, sample_run, started, stay_up
from media_workflows.demo.stack import Stack
from media_workflows.demo.tour import Tour

console = Console(highlight=False)


def main(once: Annotated[bool, typer.Option("--once", help="Stop after the sample run")] = False) -> None:
    """Start the demo in the current checkout."""
    layout = Layout(Path.cwd(), Path.cwd() / ".demo")

    def demo() -> None:
        stack = Stack(layout, console.print)
        with started(stack, console):
            sample_run(lambda: Tour(layout, stack.clients, console).run(), console, once=once)
            if not once:
                stay_up(layout, console)

    in_foreground(layout, demo)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app()

"""`media-workflows run-local`: runs a workflow's jobs on a local file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from media_workflows.cli._console import console
from media_workflows.cli.definitions import definition_of


def run_local(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A media file")],
    workflow: Annotated[str, typer.Argument(help="A YAML file, or the id or name of a stored workflow")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Directory for the outputs")] = Path("outputs"),
) -> None:
    """Run a workflow's jobs on a local file, with a progress bar, without Airflow and without storage."""
    from media_workflows.services.local_run import run_locally

    failures = run_locally(file, definition_of(workflow), output, console)
    raise typer.Exit(1 if failures else 0)

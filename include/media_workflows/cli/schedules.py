"""`media-workflows schedules`: the commercial service's schedules, in and out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from media_workflows.cli._console import AUTHOR, Name, console, read_text, write_text
from media_workflows.domain.invalid import invalid
from media_workflows.errors import DefinitionError, FieldProblem

app = typer.Typer(no_args_is_help=True, help="Schedules (orchestrations) of the commercial service.")
notes_console = type(console)(stderr=True, emoji=False, highlight=False, markup=False)
File = Annotated[Path, typer.Argument(help="JSON file with one schedule", exists=True, dir_okay=False)]


@app.command("import")
def import_(file: File) -> None:
    """Create a disabled workflow from a schedule, or update the one of its name. Notes go to standard error."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services.schedules import import_schedule

    data = _json(file)
    read_stored_connections()
    imported = import_schedule(data, AUTHOR, lambda _: None)
    _print_notes(imported.notes)
    console.print(f"{imported.action} {imported.id} {imported.name}")


@app.command()
def export(
    workflow: Name,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; none = standard output")] = None,
) -> None:
    """Write a workflow with steps as a schedule in JSON. Notes go to standard error."""
    from media_workflows.services.schedules import export_schedule
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction

    with transaction() as session:
        definition = store.resolve_workflow(session, workflow).definition
    exported = export_schedule(definition)
    _print_notes(exported.notes)
    write_text(json.dumps(exported.schedule, ensure_ascii=False, indent=2) + "\n", output)


def _json(file: Path) -> Any:
    try:
        return json.loads(read_text(file))
    except json.JSONDecodeError as error:
        problem = invalid("must be JSON: line {line}, column {column}", line=error.lineno, column=error.colno)
        raise DefinitionError([problem.at(str(file), error.msg)]) from None


def _print_notes(notes: Iterable[FieldProblem]) -> None:
    for note in notes:
        notes_console.print(f"note: {note}", soft_wrap=True)

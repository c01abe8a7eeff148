"""`media-workflows`: the command line. Exit code 1 with a plain message on any error of ours."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.table import Table

from media_workflows.errors import DefinitionError, FieldProblem, MediaWorkflowsError
from media_workflows.model.workflow import Workflow, parse_workflow
from media_workflows.settings import get_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Media Workflows from the command line.",
)
console = Console(highlight=False, markup=False)  # names and messages may hold brackets
AUTHOR = "command line"
Files = Annotated[list[Path], typer.Argument(help="YAML files, one workflow each", exists=True, dir_okay=False)]
Name = Annotated[str, typer.Argument(help="Id or name of a workflow")]


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except MediaWorkflowsError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(1) from None


def read_definition(file: Path) -> Workflow:
    """A workflow from a YAML file. Raises DefinitionError that names file and line or field."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DefinitionError([FieldProblem(str(file), "no YAML", " ".join(str(error).split()))]) from None
    try:
        return parse_workflow(data)
    except DefinitionError as error:
        raise DefinitionError([FieldProblem(f"{file}: {p.field}", p.got, p.wants) for p in error.problems]) from None


def read_definitions(files: list[Path]) -> list[Workflow]:
    """All of them, or DefinitionError with the problems of every file."""
    definitions, problems = [], []
    for file in files:
        try:
            definitions.append(read_definition(file))
        except DefinitionError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    return definitions


def definition_yaml(definition: Workflow) -> str:
    """The definition as `apply` reads it; defaults are left out."""
    return yaml.safe_dump(
        definition.model_dump(mode="json", exclude_defaults=True), allow_unicode=True, sort_keys=False
    )


@app.command()
def init(
    encode_slots: Annotated[int, typer.Option(help="Slots of the encode pool, about half the cores")] = 1,
    light_slots: Annotated[int, typer.Option(help="Slots of the pool for pictures")] = 2,
) -> None:
    """Bring our database to the current schema and create the Airflow pools."""
    from media_workflows.orchestration.dag_state import ensure_pools
    from media_workflows.store.engine import database_url
    from media_workflows.store.migrate import upgrade

    settings = get_settings()
    with _plain_errors():
        upgrade(database_url(settings))
        pools = {settings.encode_pool: encode_slots, settings.light_pool: light_slots}
        ensure_pools({name: slots for name, slots in pools.items() if name != "default_pool"})


@app.command()
def validate(files: Files) -> None:
    """Check definitions; every problem is told. Touches nothing."""
    with _plain_errors():
        for file, definition in zip(files, read_definitions(files), strict=True):
            console.print(f"{file}: {definition.name} is valid")


@app.command()
def apply(files: Files) -> None:
    """Create or update workflows, by name. An enabled workflow must be disabled first."""
    from media_workflows.orchestration import workflow_service as service
    from media_workflows.orchestration.connections import read_stored_connections
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction

    read_stored_connections()
    with _plain_errors():
        for definition in read_definitions(files):
            with transaction() as session:
                found = store.find_by_name(session, definition.name)
            if found is None:
                made = service.create_workflow(definition, AUTHOR).workflow
                console.print(f"created {made.id} {definition.name}")
            elif found.definition == definition:
                console.print(f"unchanged {found.id} {definition.name}")
            else:
                updated = service.update_workflow(found.id, definition, found.revision, AUTHOR).workflow
                console.print(f"updated {updated.id} {definition.name} to revision {updated.revision}")


@app.command()
def export(
    workflow: Name,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; none = standard output")] = None,
) -> None:
    """Write a workflow's definition as YAML."""
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction

    with _plain_errors():
        with transaction() as session:
            text = definition_yaml(store.resolve_workflow(session, workflow).definition)
        if output:
            output.write_text(text, encoding="utf-8")
        else:
            print(text, end="")


@app.command("list")
def list_(
    search: Annotated[str, typer.Option(help="Part of the name")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List workflows, newest first."""
    from media_workflows.orchestration import workflow_service as service

    with _plain_errors():
        page = service.list_workflows(search, limit=10_000)
    if as_json:
        print(json.dumps(page.model_dump(mode="json")["items"], ensure_ascii=False, indent=1))
        return
    _print_table(
        ("id", "name", "trigger", "created", "state"),
        [
            (
                w.workflow.id,
                w.workflow.definition.name,
                _place(w.workflow.definition),
                f"{w.workflow.created_at:%Y-%m-%d %H:%M}",
                "enabled" if w.enabled else "disabled",
            )
            for w in page.items
        ],
    )


def _place(definition: Workflow) -> str:
    return f"{definition.trigger.bucket}/{definition.trigger.prefix}"


def _print_table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    table = Table(*columns, box=None)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console.print(table)


@app.command()
def enable(workflow: Name) -> None:
    """Enable: uploads fire it from now on."""
    _switch(workflow, "enable")


@app.command()
def disable(workflow: Name) -> None:
    """Disable: uploads do nothing from now on."""
    _switch(workflow, "disable")


def _switch(workflow: str, action: str) -> None:
    from media_workflows.orchestration import workflow_service as service
    from media_workflows.orchestration.connections import read_stored_connections
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction

    read_stored_connections()
    with _plain_errors():
        with transaction() as session:
            stored = store.resolve_workflow(session, workflow)
        getattr(service, f"{action}_workflow")(stored.id)
        console.print(f"{action}d {stored.id} {stored.definition.name}")


@app.command()
def uploads(
    bucket: Annotated[str | None, typer.Option(help="Bucket of the upload")] = None,
    key: Annotated[str | None, typer.Option(help="Key of the upload")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """What was decided about uploads, newest first: fired (with the run) or refused (with the rule)."""
    from media_workflows.model.upload import RULE_MEANINGS
    from media_workflows.store.engine import transaction
    from media_workflows.store.uploads import list_decisions

    with _plain_errors(), transaction() as session:
        page = list_decisions(session, bucket, key, limit=limit)
    if as_json:
        print(json.dumps(page.model_dump(mode="json")["items"], ensure_ascii=False, indent=1))
        return
    _print_table(
        ("decided", "object", "workflow", "outcome", "run or rule"),
        [
            (
                f"{d.decided_at:%m-%d %H:%M:%S}",
                f"{d.bucket}/{d.key}",
                d.workflow_id,
                d.outcome,
                d.run_id or f"{d.rule}: {RULE_MEANINGS[d.rule]}",
            )
            for d in page.items
        ],
    )


@app.command("run-local")
def run_local(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A media file")],
    workflow: Annotated[str, typer.Argument(help="A YAML file, or the id or name of a stored workflow")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Directory for the outputs")] = Path("outputs"),
) -> None:
    """Run a workflow's jobs on a local file, with a progress bar, without Airflow and without storage."""
    from media_workflows.local_run import run_locally

    with _plain_errors():
        definition = read_definition(Path(workflow)) if Path(workflow).is_file() else _stored_definition(workflow)
        failures = run_locally(file, definition, output, console)
    raise typer.Exit(1 if failures else 0)


def _stored_definition(workflow: str) -> Workflow:
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction

    with transaction() as session:
        return store.resolve_workflow(session, workflow).definition


if __name__ == "__main__":
    app()

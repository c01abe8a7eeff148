"""`media-workflows sync`: a folder of definitions as the source of truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from media_workflows.cli._console import AUTHOR, console, write
from media_workflows.cli.definitions import (
    files_of_folder,
    read_definitions,
    require_distinct_names,
    stored_library,
    with_unstored,
)

if TYPE_CHECKING:
    from media_workflows.services.sync import Difference, Folder

DIFFERS = 3  # exit code of a dry run that found differences; 2 is that of options that do not exist
DONE = {"create": "created", "update": "updated", "delete": "deleted", "unchanged": "unchanged"}


def sync(
    directory: Annotated[Path, typer.Argument(help="Folder with *.yaml and *.yml files", exists=True, file_okay=False)],
    prune: Annotated[bool, typer.Option("--prune", help="Delete workflows and templates without a file")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; exit code 3 when something differs")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Make templates and workflows equal to the files of a folder. Enabled workflows stay enabled, without a gap."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services import sync as service
    from media_workflows.settings import get_settings
    from media_workflows.store.engine import require_database

    require_database(get_settings())
    read_stored_connections()
    folder = _folder(directory)
    found = service.differences(folder, prune=prune)
    settled: list[Difference] = []
    try:
        for difference in found:
            settled.append(difference if dry_run else service.settle(difference, folder, AUTHOR))
            if not as_json and difference.action != "unchanged":
                console.print(_line(settled[-1], dry_run))
    finally:  # after an error, too: what is listed is done
        if as_json:
            write(json.dumps([difference.model_dump() for difference in settled], ensure_ascii=False, indent=1))
    changes = [difference for difference in settled if difference.action != "unchanged"]
    if not as_json:
        console.print(
            f"{len(settled) - len(changes)} unchanged, {len(changes)} {'to change' if dry_run else 'changed'}"
        )
    if dry_run and changes:
        raise typer.Exit(DIFFERS)


def _folder(directory: Path) -> Folder:
    """The definitions below a folder, without hidden files and directories. Raises DefinitionError."""
    from media_workflows.services.sync import Folder

    library = stored_library()
    found = read_definitions(files_of_folder(directory), library)
    require_distinct_names(found)
    templates = list(found.templates.values())
    return Folder(templates, list(found.workflows.values()), with_unstored(library, templates))


def _line(difference: Difference, dry_run: bool) -> str:
    action = f"would {difference.action}" if dry_run else DONE[difference.action]
    what = difference.kind if difference.kind == "workflow" else f"{difference.kind} template"
    revision = f"to revision {difference.revision}" if difference.action == "update" and not dry_run else ""
    return " ".join(filter(None, (action, what, difference.id, difference.name, revision)))

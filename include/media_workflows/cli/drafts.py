"""`media-workflows draft`: change an enabled workflow without a gap."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from media_workflows.cli._console import AUTHOR, Name, console, write, write_text
from media_workflows.cli.definitions import read_definition
from media_workflows.domain.definition_yaml import definition_yaml
from media_workflows.domain.workflow import Workflow

if TYPE_CHECKING:
    from media_workflows.store.workflows import StoredWorkflow

app = typer.Typer(no_args_is_help=True, help="Drafts: change an enabled workflow without a gap.")
File = Annotated[Path, typer.Argument(help="YAML file with one workflow", exists=True, dir_okay=False)]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; none = standard output")]


@app.command()
def save(
    workflow: Name,
    file: File,
    rebase: Annotated[bool, typer.Option(help="Put an outdated draft on the present revision")] = False,
) -> None:
    """Store a definition as the draft of a workflow, or in place of its draft. Nothing runs by it."""
    from media_workflows.services import drafts as service
    from media_workflows.store.engine import transaction
    from media_workflows.store.templates import load_library

    stored = _stored(workflow)
    with transaction() as session:
        definition = read_definition(file, load_library(session))
    present = service.find_draft(stored.id)
    base = present.base_revision if present and not rebase else stored.revision
    number = present.number if present else 0
    draft = service.save_draft(stored.id, definition, base, number, AUTHOR)
    console.print(f"saved edit {draft.number} of the draft of {stored.id} {stored.definition.name}")


@app.command()
def show(workflow: Name, output: Output = None) -> None:
    """Write the draft's definition as YAML; `dry-run` tries the file."""
    write_text(_draft_yaml(_stored(workflow).id), output)


@app.command()
def diff(workflow: Name) -> None:
    """Compare the draft with the present revision, line by line."""
    from media_workflows.services import drafts as service

    stored = _stored(workflow)
    draft = service.get_draft(stored.id)
    lines = difflib.unified_diff(
        _yaml(stored.definition).splitlines(),
        _draft_yaml(stored.id).splitlines(),
        f"revision {stored.revision}",
        f"draft, edit {draft.number} by {draft.author}, of revision {draft.base_revision}",
        lineterm="",
    )
    for line in lines:
        write(line)


@app.command()
def apply(workflow: Name) -> None:
    """Replace the workflow's revision by the draft: uploads decided on from now on run by it."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services import drafts as service

    read_stored_connections()
    stored = _stored(workflow)
    applied = service.apply_draft(stored.id, service.get_draft(stored.id).number, AUTHOR).workflow
    console.print(f"updated {applied.id} {applied.definition.name} to revision {applied.revision}")


@app.command()
def discard(workflow: Name) -> None:
    """Delete the draft."""
    from media_workflows.services import drafts as service

    stored = _stored(workflow)
    service.discard_draft(stored.id)
    console.print(f"discarded the draft of {stored.id} {stored.definition.name}")


def _stored(workflow: str) -> StoredWorkflow:
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction

    with transaction() as session:
        return store.resolve_workflow(session, workflow)


def _draft_yaml(workflow_id: str) -> str:
    from media_workflows.services import drafts as service

    return _yaml(Workflow.model_validate(service.get_draft(workflow_id).definition))


def _yaml(definition: Workflow) -> str:
    from media_workflows.store.engine import transaction
    from media_workflows.store.templates import load_library

    with transaction() as session:
        return definition_yaml(definition, load_library(session))

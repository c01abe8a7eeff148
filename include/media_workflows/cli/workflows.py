"""Commands on stored workflows: validate, apply, export, list, enable, disable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from media_workflows.cli._console import AUTHOR, Files, Name, Paths, console, print_table, write, write_text
from media_workflows.cli.definitions import (
    files_of_folder,
    parse_at,
    read_definitions,
    require_distinct_names,
    stored_library,
)
from media_workflows.cli.templates import apply_template
from media_workflows.domain.definition_yaml import definition_yaml
from media_workflows.domain.workflow import Workflow


def validate(paths: Paths) -> None:
    """Check definitions and report every problem. Changes nothing: custom templates must be among the files."""
    found = read_definitions([file for path in paths for file in (files_of_folder(path) if path.is_dir() else [path])])
    if any(path.is_dir() for path in paths):
        require_distinct_names(found)  # as `sync` of the folder
    for place, template in found.templates.items():
        console.print(f"{place}: {template.kind} template {template.name} is valid")
    for place, workflow in found.workflows.items():
        console.print(f"{place}: {workflow.name} is valid")


def apply(files: Files) -> None:
    """Create or update templates and workflows, by name. An enabled workflow must be disabled first."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.settings import get_settings
    from media_workflows.store.engine import require_database

    require_database(get_settings())
    read_stored_connections()
    library = stored_library()
    found = read_definitions(files, library)
    for template in found.templates.values():
        apply_template(template, library)
    library = stored_library()
    for place, data in found.data.items():
        _apply_workflow(parse_at(place, data, library))


def _apply_workflow(definition: Workflow) -> None:
    from media_workflows.services import workflows as service
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction

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


def export(
    workflow: Name,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; none = standard output")] = None,
) -> None:
    """Write a workflow's definition as YAML; it refers to custom templates by name."""
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction
    from media_workflows.store.templates import load_library

    with transaction() as session:
        text = definition_yaml(store.resolve_workflow(session, workflow).definition, load_library(session))
    write_text(text, output)


def list_(
    search: Annotated[str, typer.Option(help="Part of the name")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List workflows, newest first."""
    from media_workflows.services import workflows as service
    from media_workflows.store.workflow_filter import WorkflowFilter

    page = service.list_workflows(WorkflowFilter(search=search), limit=10_000)
    if as_json:
        write(json.dumps(page.model_dump(mode="json")["items"], ensure_ascii=False, indent=1))
        return
    print_table(
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


def enable(workflow: Name) -> None:
    """Enable a workflow: uploads trigger it from now on."""
    _switch(workflow, "enable")


def disable(workflow: Name) -> None:
    """Disable a workflow: uploads no longer trigger it."""
    _switch(workflow, "disable")


def _switch(workflow: str, action: str) -> None:
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services import workflows as service
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction

    read_stored_connections()
    with transaction() as session:
        stored = store.resolve_workflow(session, workflow)
    getattr(service, f"{action}_workflow")(stored.id)
    console.print(f"{action}d {stored.id} {stored.definition.name}")

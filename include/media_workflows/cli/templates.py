"""`media-workflows templates`: list, export, delete; `apply` creates and updates them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from media_workflows.cli._console import AUTHOR, console, print_table, write, write_text
from media_workflows.cli.definitions import stored_library
from media_workflows.domain.definition_yaml import template_yaml
from media_workflows.domain.templates import Library, Template, TemplateDefinition, require_kind
from media_workflows.errors import NotFoundError

app = typer.Typer(no_args_is_help=True, help="The template library.")
Kind = Annotated[str, typer.Argument(help="Job kind, or watermark")]
Which = Annotated[str, typer.Argument(help="Id or name of a template")]


def _find(kind: str, which: str) -> Template:
    """The template of this name or id. Raises NotFoundError."""
    require_kind(kind)
    library = stored_library()
    if found := library.named(kind, which):
        return found
    if which.isdigit():
        return library.find(kind, int(which))
    raise NotFoundError(
        "there is no {kind} template named '{name}': see `media-workflows templates list`", kind=kind, name=which
    )


@app.command("list")
def list_(
    kind: Annotated[str, typer.Option(help="Only this job kind")] = "",
    custom: Annotated[bool, typer.Option("--custom", help="Leave the presets out")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List presets, then custom templates."""
    if kind:
        require_kind(kind)
    found = [t for t in stored_library() if kind in ("", t.kind) and not (custom and t.preset)]
    if as_json:
        write(json.dumps([t.model_dump(mode="json") for t in found], ensure_ascii=False, indent=1))
        return
    rows = [(t.kind, t.id, t.name, "preset" if t.preset else f"revision {t.revision}") for t in found]
    print_table(("kind", "id", "name", ""), rows)


@app.command()
def export(
    kind: Kind,
    template: Which,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; none = standard output")] = None,
) -> None:
    """Write a template as YAML: a preset, for example, to copy it under another name."""
    write_text(template_yaml(_find(kind, template)), output)


@app.command()
def delete(kind: Kind, template: Which) -> None:
    """Delete a custom template that no workflow uses."""
    from media_workflows.services import templates as service

    found = _find(kind, template)
    service.delete_template(kind, found.id, AUTHOR)
    console.print(f"deleted {kind} template {found.id} {found.name}")


def apply_template(definition: TemplateDefinition, library: Library) -> None:
    """Create or update a template by name. Raises ConflictError."""
    from media_workflows.services import templates as service

    found = library.named(definition.kind, definition.name)
    if found is None:
        made = service.create_template(definition, AUTHOR)
        console.print(f"created {made.kind} template {made.id} {made.name}")
    elif (found.comment, found.parameters) == (definition.comment, definition.parameters):
        console.print(f"unchanged {found.kind} template {found.id} {found.name}")
    else:
        updated = service.update_template(found.id, definition, found.revision, AUTHOR)
        console.print(f"updated {updated.kind} template {updated.id} {updated.name} to revision {updated.revision}")

"""`media-workflows persons`: the person library of review and recognition."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import typer

from media_workflows.cli._console import AUTHOR, console, print_table, write
from media_workflows.domain.base import parsed
from media_workflows.domain.persons import FacePicture, NewPerson, PersonDefinition
from media_workflows.plural import counted

app = typer.Typer(no_args_is_help=True, help="The person library of review and recognition.")
_REPORTED = 100  # pictures between two lines of progress
Tags = Annotated[list[str], typer.Option("--tag", help="A label")]
Usages = Annotated[list[str], typer.Option("--usage", help="Use in: all, review, recognition, review.face, ...")]
Faces = Annotated[
    list[Path], typer.Option("--face", exists=True, dir_okay=False, help="JPEG or PNG of the face; it is not kept")
]
Id = Annotated[int, typer.Argument(help="Id of a person")]


def _pictures(files: list[Path]) -> list[dict[str, str]]:
    return [{"content": base64.b64encode(file.read_bytes()).decode()} for file in files]


@app.command("list")
def list_(
    search: Annotated[str, typer.Option(help="Part of the name")] = "",
    tag: Annotated[str, typer.Option(help="Only with this tag")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List persons by id."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.persons import list_persons

    with transaction() as session:
        found = list_persons(session, search, tag, limit=1_000_000).items
    if as_json:
        shown = [person.model_dump(mode="json", exclude={"faces": {"__all__": {"embedding"}}}) for person in found]
        write(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    rows: list[tuple[Any, ...]] = [
        (person.id, person.name, len(person.faces), ", ".join(person.usages), ", ".join(person.tags))
        for person in found
    ]
    print_table(("id", "name", "faces", "usages", "tags"), rows)


@app.command()
def add(
    name: str,
    faces: Faces = [],  # noqa: B006
    description: Annotated[str, typer.Option(help="Up to 1024 characters")] = "",
    tags: Tags = [],  # noqa: B006
    usages: Usages = ["all"],  # noqa: B006
) -> None:
    """Store a person with up to five pictures of the face."""
    from media_workflows.services.person_faces import embeddings
    from media_workflows.settings import get_settings
    from media_workflows.store.engine import transaction
    from media_workflows.store.persons import create_person

    about = {"name": name, "description": description, "tags": tags, "usages": usages}
    person = parsed(NewPerson, {**about, "faces": _pictures(faces)})
    found = embeddings(person.faces, get_settings())
    with transaction() as session:
        made = create_person(session, person, found, AUTHOR)
    console.print(f"stored person {made.id} {made.name} with {counted(len(made.faces), 'face')}")


@app.command("import")
def import_(
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A subfolder or picture per person")],
    tags: Tags = [],  # noqa: B006
    usages: Usages = ["all"],  # noqa: B006
    existing: Annotated[str, typer.Option(help="Persons in the library: refuse, or add their pictures")] = "refuse",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the good pictures even if others are bad")
    ] = False,
    allow_lookalikes: Annotated[
        bool, typer.Option("--allow-lookalikes", help="Accept faces that look like another person's")
    ] = False,
) -> None:
    """Store persons from a folder of pictures, all or none; each picture that cannot be used is named."""
    if existing not in ("refuse", "add"):
        raise typer.BadParameter(f"must be refuse or add, not {existing}", param_hint="--existing")
    from media_workflows.services.person_import import PersonImportOptions, import_persons
    from media_workflows.settings import get_settings

    options = PersonImportOptions(tags, usages, existing == "add", skip_bad, allow_lookalikes)
    done = import_persons(directory, options, get_settings(), AUTHOR, _progress())
    persons, more = counted(done.created, "person"), counted(done.extended, "person")
    faces = counted(done.faces, "face")
    console.print(f"stored {faces}: {persons} created, {more} extended; files left out: {len(done.problems)}")
    for problem in done.problems:
        console.print(f"left out: {problem}")


def _progress() -> Callable[[], None]:
    """Reports each hundredth picture on stderr."""
    numbers = count(1)

    def report() -> None:
        if (number := next(numbers)) % _REPORTED == 0:
            print(f"picture {number}", file=sys.stderr)

    return report


@app.command("add-face")
def add_face(person: Id, face: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Add a picture of the face."""
    from media_workflows.services.person_faces import embeddings
    from media_workflows.settings import get_settings
    from media_workflows.store.engine import transaction
    from media_workflows.store.persons import add_faces

    (picture,) = _pictures([face])
    found = embeddings([parsed(FacePicture, picture)], get_settings())
    with transaction() as session:
        made = add_faces(session, person, found)
    console.print(f"person {made.id} {made.name} has {counted(len(made.faces), 'face')}")


@app.command()
def change(
    person: Id,
    name: str,
    description: Annotated[str, typer.Option(help="Up to 1024 characters")] = "",
    tags: Tags = [],  # noqa: B006
    usages: Usages = ["all"],  # noqa: B006
) -> None:
    """Replace all but the faces."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.persons import update_person

    with transaction() as session:
        about = {"name": name, "description": description, "tags": tags, "usages": usages}
        update_person(session, person, parsed(PersonDefinition, about), AUTHOR)
        console.print(f"changed person {person}")


@app.command()
def delete(person: Id) -> None:
    """Delete a person and the faces."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.persons import delete_person

    with transaction() as session:
        delete_person(session, person)
        console.print(f"deleted person {person}")

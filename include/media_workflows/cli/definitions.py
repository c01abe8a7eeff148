"""Reading definitions from YAML files; each document is one workflow or one template."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from media_workflows.domain.definition_yaml import is_template
from media_workflows.domain.invalid import invalid
from media_workflows.domain.templates import PRESET_LIBRARY, Library, Template, TemplateDefinition, parse_template
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.domain.yaml_reader import MAX_CHARACTERS, read_documents
from media_workflows.errors import DefinitionError, FieldProblem

SUFFIXES = (".yaml", ".yml")


@dataclass
class Definitions:
    """The workflows and templates of a set of files, by place: the file, and the document if it has several.

    `data` holds the workflows as read.
    """

    templates: dict[str, TemplateDefinition] = field(default_factory=dict)
    workflows: dict[str, Workflow] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


def _documents(file: Path) -> dict[str, Any]:
    """The documents of a file by place. Raises DefinitionError for a file without any."""
    with _at(str(file)):
        try:
            with file.open(encoding="utf-8") as stream:
                text = stream.read(MAX_CHARACTERS + 1)  # no more: a file may be endless
            documents = read_documents(text)
        except UnicodeDecodeError:
            raise DefinitionError([invalid("must be text in UTF-8").at("yaml", "other bytes")]) from None
        if not documents:
            problem = invalid("must have at least one workflow or template: write one, or delete the file")
            raise DefinitionError([problem.at("yaml", "an empty file")])
    if len(documents) == 1:
        return {str(file): documents[0]}
    return {f"{file}, document {number}": data for number, data in enumerate(documents, start=1)}


def stored_library() -> Library:
    """The presets and the stored templates."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.templates import load_library

    with transaction() as session:
        return load_library(session)


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Put the place before the field of each problem."""
    try:
        yield
    except DefinitionError as error:
        raise DefinitionError([replace(p, field=f"{place}: {p.field}") for p in error.problems]) from None


def only_document(file: Path) -> Any:
    """The document of a file with one. Raises DefinitionError."""
    found = _documents(file)
    if len(found) > 1:
        problem = invalid("must have one document; got {count}", count=len(found))
        raise DefinitionError([problem.at(str(file), "several documents")])
    return found[str(file)]


def read_definition(file: Path, library: Library = PRESET_LIBRARY) -> Workflow:
    """A workflow from a YAML file. Raises DefinitionError that names file and line or field."""
    return parse_at(str(file), only_document(file), library)


def definition_of(workflow: str, library: Library = PRESET_LIBRARY) -> Workflow:
    """That of a YAML file, or a stored one by id or name, resolved. Raises DefinitionError, NotFoundError."""
    if Path(workflow).is_file():
        return read_definition(Path(workflow), library)
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction

    with transaction() as session:
        return store.resolve_workflow(session, workflow).resolved


def parse_at(place: str, data: Any, library: Library) -> Workflow:
    """A workflow that was read from a place. Raises DefinitionError that names it."""
    with _at(place):
        return parse_workflow(data, library)


def read_template(file: Path) -> TemplateDefinition:
    """A template from a YAML file. Raises DefinitionError that names file and line or field."""
    with _at(str(file)):
        return parse_template(only_document(file))


def read_definitions(files: list[Path], library: Library = PRESET_LIBRARY) -> Definitions:
    """The definitions of all files; raises DefinitionError with the problems of every file.

    Workflows may name the templates of `library` and those of the other files.
    """
    found = Definitions()
    problems: list[FieldProblem] = []
    for file in files:
        with _collected(problems):
            for place, data in _documents(file).items():
                if not is_template(data):
                    found.data[place] = data
                    continue
                with _collected(problems), _at(place):
                    found.templates[place] = parse_template(data)
    known = with_unstored(library, found.templates.values())
    for place, data in found.data.items():
        with _collected(problems):
            found.workflows[place] = parse_at(place, data, known)
    if problems:
        raise DefinitionError(problems)
    return found


@contextmanager
def _collected(problems: list[FieldProblem]) -> Iterator[None]:
    """Add the problems of a DefinitionError to the others, and go on."""
    try:
        yield
    except DefinitionError as error:
        problems += error.problems


def with_unstored(library: Library, definitions: Any) -> Library:
    """`library` with unstored templates added; their ids are negative, so that they collide with none."""
    unstored = [
        Template(id=-number, **dict(definition))
        for number, definition in enumerate(definitions, start=1)
        if library.named(definition.kind, definition.name) is None
    ]
    return Library([*(template for template in library if not template.preset), *unstored])


def files_of_folder(directory: Path) -> list[Path]:
    """Its YAML files, and those of the directories below, sorted, without hidden ones.

    Raises DefinitionError for a folder without any, so that a wrong path passes for nothing.
    """
    if not (found := sorted(_files(directory))):
        problem = invalid("must have at least one definition in a *.yaml or *.yml file")
        raise DefinitionError([problem.at(str(directory), "an empty folder")])
    return found


def _files(directory: Path) -> Iterator[Path]:
    """Raises OSError for a directory that cannot be read: `--prune` would delete what its files define."""
    for place, directories, names in os.walk(directory, onerror=_raise):
        directories[:] = [name for name in directories if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            # A link that leads nowhere is read, too, and thus named in the error, for the same reason.
            if path.suffix in SUFFIXES and not name.startswith(".") and (path.is_file() or path.is_symlink()):
                yield path


def _raise(error: OSError) -> None:
    raise error


def require_distinct_names(found: Definitions) -> None:
    """Raises DefinitionError: of two definitions with one name, a folder would mean either."""
    names = {place: ("workflow", workflow.name) for place, workflow in found.workflows.items()}
    names |= {place: (f"{template.kind} template", template.name) for place, template in found.templates.items()}
    count = Counter(names.values())
    problems: list[FieldProblem] = [
        invalid("must be the only {kind} of this name in the folder", kind=kind).at(f"{place}: name", repr(name))
        for place, (kind, name) in names.items()
        if count[kind, name] > 1
    ]
    if problems:
        raise DefinitionError(problems)

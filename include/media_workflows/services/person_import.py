"""Import of persons from a folder of pictures: each picture is checked, and each refused one is named."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from media_workflows.domain.base import Model, problems_of
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.persons import MAX_FACES, PersonDefinition, PersonSample
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.intelligence.decisions.persons import CERTAIN, face_confidence
from media_workflows.services.person_faces import PictureError, face_embedding
from media_workflows.services.person_folder import PersonFolder, read_person_folder, unreadable
from media_workflows.settings import Settings
from media_workflows.store.engine import transaction
from media_workflows.store.persons import Embedding, add_faces, all_persons, create_person

# Distance of embeddings. Measured: one photo in two formats is 0.06 apart, two photos of one person at least 0.21.
SAME_PICTURE = 0.1


class PersonImportOptions(NamedTuple):
    """How a folder is imported. `tags` and `usages` are those of each new person.

    `add`: pictures of persons that the library has already are added, else refused. `skip_bad`: import the good
    pictures even if there are others. `allow_lookalikes`: accept a face that looks like another person's.
    """

    tags: Sequence[str] = ()
    usages: Sequence[str] = ("all",)
    add: bool = False
    skip_bad: bool = False
    allow_lookalikes: bool = False


class PersonImport(Model):
    """What an import did, and by path why files were left out."""

    created: int
    extended: int
    faces: int
    problems: list[FieldProblem]


class _Known(NamedTuple):
    """A face to compare with; `source` is the path of its picture, '' = it is of the library."""

    person: str
    source: str
    face: Embedding


def import_persons(
    root: Path, options: PersonImportOptions, settings: Settings, author: str, on_picture: Callable[[], None]
) -> PersonImport:
    """Store the persons of a folder with the embeddings of their pictures: all of them or none, unless `skip_bad`.

    `on_picture` is called before each picture. Raises DefinitionError that names each file that cannot be used,
    EngineUnavailableError without a face engine.
    """
    folder = read_person_folder(root)
    with transaction() as session:
        library = {person.name: person for person in all_persons(session)}
    importer = _Importer(folder, options, settings, library, on_picture)
    faces = importer.faces()
    problems = sorted(importer.problems, key=lambda problem: problem.field)
    if problems and not (options.skip_bad and faces):
        raise DefinitionError(problems)
    new = {name for name in faces if name not in library}
    with transaction() as session:
        for name, found in faces.items():
            if name in new:
                create_person(session, importer.definitions[name], found, author)
            else:
                add_faces(session, library[name].id, found)
    count = sum(map(len, faces.values()))
    return PersonImport(created=len(new), extended=len(faces) - len(new), faces=count, problems=problems)


class _Importer:
    """Checks the pictures of a folder one by one, against the library and the pictures before."""

    def __init__(
        self,
        folder: PersonFolder,
        options: PersonImportOptions,
        settings: Settings,
        library: dict[str, PersonSample],
        on_picture: Callable[[], None],
    ) -> None:
        from media_workflows.intelligence.engines.faces import load_faces  # loading its models takes a second

        self.problems = [*folder.problems]
        self.definitions: dict[str, PersonDefinition] = {}
        self._folder, self._options, self._library, self._on_picture = folder, options, library, on_picture
        self._finder = load_faces(settings)
        self._known = [
            _Known(person.name, "", Embedding(engine=face.engine, embedding=face.embedding))
            for person in library.values()
            for face in person.faces
        ]

    def faces(self) -> dict[str, list[Embedding]]:
        """The good faces of each person that has any."""
        found = {name: self._of_person(name, files) for name, files in self._folder.pictures.items()}
        return {name: faces for name, faces in found.items() if faces}

    def _of_person(self, name: str, files: list[Path]) -> list[Embedding]:
        if error := self._name_error(name):
            self.problems += (self._folder.problem(file, error) for file in files)
            return []
        room = MAX_FACES - len(self._library[name].faces) if name in self._library else MAX_FACES
        found: list[Embedding] = []
        for file in files:
            self._on_picture()
            try:
                face = face_embedding(self._finder, _content(file))
                self._require_new(name, face, full=len(found) >= room)
            except (PictureError, InvalidValueError) as error:
                self.problems.append(self._folder.problem(file, error))
                continue
            self._known.append(_Known(name, str(file.relative_to(self._folder.root)), face))
            found.append(face)
        return found

    def _name_error(self, name: str) -> InvalidValueError | None:
        if name in self._library and not self._options.add:
            return invalid("the library has a person '{name}' already: import with --existing add", name=name)
        try:
            about = {"name": name, "tags": self._options.tags, "usages": self._options.usages}
            self.definitions[name] = PersonDefinition.model_validate(about)
        except ValidationError as error:
            problems = "; ".join(map(str, problems_of(error)))
            return invalid("the person cannot be stored: {problems}", problems=problems)
        return None

    def _require_new(self, name: str, face: Embedding, *, full: bool) -> None:
        """Raises InvalidValueError for a picture that is there already, a face of another person, or one too many."""
        for known in self._known:
            if known.face.engine != face.engine:
                continue
            distance = math.dist(known.face.embedding, face.embedding)
            if known.person == name and distance <= SAME_PICTURE:
                if not known.source:
                    raise invalid("shows the same as a picture of the library: remove the file")
                raise invalid("shows the same as a picture of {source}: remove one", source=known.source)
            confidence = face_confidence(distance)
            if known.person != name and confidence >= CERTAIN and not self._options.allow_lookalikes:
                raise _looks_alike(known, confidence)
        if full:
            raise invalid("a person has at most {max_faces} faces: remove pictures", max_faces=MAX_FACES)


def _content(file: Path) -> bytes:
    """Raises InvalidValueError for a file that cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise unreadable(error) from None


def _looks_alike(known: _Known, confidence: float) -> InvalidValueError:
    alike = {"person": known.person, "confidence": round(confidence, 1)}
    if not known.source:
        return invalid(
            "looks like '{person}' of the library, with a confidence of {confidence}: if these are two persons, import "
            "with --allow-lookalikes",
            **alike,
        )
    return invalid(
        "looks like '{person}' of {source}, with a confidence of {confidence}: if these are two persons, import with "
        "--allow-lookalikes",
        source=known.source,
        **alike,
    )

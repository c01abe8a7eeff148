"""A folder with pictures of persons: one subfolder or one picture for each person, who has its name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.templated_error import TemplatedError

MAX_PICTURES = 2000  # of one import: each takes about a third of a second
MAX_PICTURE_BYTES = 20 * 1024 * 1024
_SUFFIXES = {".jpg", ".jpeg", ".png"}
_OF_SYSTEMS = {"thumbs.db", "desktop.ini"}  # Windows writes these; files of macOS and Linux begin with a dot


class PersonFolder(NamedTuple):
    """The pictures of each person by name, in the order of names, and what is there but not used."""

    root: Path
    pictures: dict[str, list[Path]]
    problems: list[FieldProblem]

    def problem(self, path: Path, error: TemplatedError) -> FieldProblem:
        """A problem of a file or folder, named by its path within the folder."""
        place, got = str(path.relative_to(self.root)), "a folder" if path.is_dir() else "a file"
        return FieldProblem(place, got, str(error), error.template, error.parameters)


def read_person_folder(root: Path) -> PersonFolder:
    """Find the pictures of persons; nothing is opened. Raises DefinitionError for none or more than 2000."""
    found = PersonFolder(root, {}, [])
    for path in _entries(root):
        name = unicodedata.normalize("NFC", path.name if path.is_dir() else path.stem).strip()
        pictures = list(_pictures(found, path))
        if pictures:
            found.pictures.setdefault(name, []).extend(pictures)
        elif path.is_dir():
            found.problems.append(found.problem(path, invalid("must contain JPEG or PNG pictures of the person")))
    count = sum(map(len, found.pictures.values()))
    if not count and not found.problems:
        empty = invalid("must contain a subfolder or a JPEG or PNG picture for each person")
        raise DefinitionError([empty.at(str(root), "an empty folder")])
    if count > MAX_PICTURES:
        too_many = invalid("must contain at most {max_pictures} pictures: split the folder", max_pictures=MAX_PICTURES)
        raise DefinitionError([too_many.at(str(root), f"{count} pictures")])
    return found


def unreadable(error: OSError) -> InvalidValueError:
    """Why a file cannot be read."""
    return invalid("cannot be read: {cause}", cause=error.strerror or error)


def _entries(folder: Path) -> list[Path]:
    """What a folder contains, without what systems write into each."""
    names = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(path for path in names if path.name.lower() not in _OF_SYSTEMS)


def _pictures(found: PersonFolder, path: Path) -> Iterator[Path]:
    """The picture itself, or those directly in a folder; other files and deeper folders become problems."""
    for file in _entries(path) if path.is_dir() else [path]:
        if file.is_dir():
            deeper = invalid("a person's folder must contain pictures, no folders: move them up")
            found.problems.append(found.problem(file, deeper))
        elif file.suffix.lower() not in _SUFFIXES:
            found.problems.append(found.problem(file, invalid("must be a JPEG or PNG picture: remove the file")))
        elif error := _size_error(file):
            found.problems.append(found.problem(file, error))
        else:
            yield file


def _size_error(file: Path) -> InvalidValueError | None:
    try:
        size_bytes = file.stat().st_size
    except OSError as error:  # such as a link to nothing
        return unreadable(error)
    if size_bytes > MAX_PICTURE_BYTES:
        return invalid("must have at most {max_bytes} bytes", max_bytes=MAX_PICTURE_BYTES)
    return None

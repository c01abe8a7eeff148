"""Checks of output name patterns: variables, file extension, path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.naming import INPUT_DIRECTORY, variables_in

_INPUT_DIRECTORY_PART = f"{{{INPUT_DIRECTORY}}}"


def pattern_problems(pattern: str, variables: Iterable[str]) -> Iterator[InvalidValueError]:
    """What is wrong with an output name pattern. `variables` are those that the job kind fills in."""
    known = set(variables)
    yield from unknown_variables((name for name in variables_in(pattern) if name not in known), known)
    if not pattern.endswith(".{format}"):
        yield invalid("must end with '.{format}'")
    if {".", ".."} & set(pattern.split("/")) or "//" in pattern:
        yield invalid("must not contain '..', '.' or '//' as a path part")
    if any(ord(char) < 32 or ord(char) == 127 for char in pattern):
        yield invalid("must not contain control characters")
    yield from input_directory_problems(pattern)


def unknown_variables(names: Iterable[str], known: Iterable[str]) -> Iterator[InvalidValueError]:
    """A problem for each of these variables."""
    choices = ", ".join(sorted(known))
    for name in names:
        yield invalid("unknown variable {variable}; known here: {choices}", variable=f"{{{name}}}", choices=choices)


def input_directory_problems(path: str) -> Iterator[InvalidValueError]:
    """{inputDirectory} joined to other text: it can be empty, and its slash is left out with it."""
    if any(_INPUT_DIRECTORY_PART in part and part != _INPUT_DIRECTORY_PART for part in path.split("/")):
        yield invalid(
            "{inputDirectory} must be a whole part between slashes, as in {inputDirectory}/{inputName}.{format}"
        )

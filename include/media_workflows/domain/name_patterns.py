"""Checks of output name patterns: variables, file extension, path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.naming import (
    INPUT_DIRECTORY,
    MAX_KEY_BYTES,
    has_control_characters,
    render,
    variables_in,
    without_variables,
)

_INPUT_DIRECTORY_PART = f"{{{INPUT_DIRECTORY}}}"
# What each variable is at least; the others may be empty.
_LEAST = dict.fromkeys(("inputName", "number", "segmentNumber", "subStreamNumber"), "0")


def pattern_problems(pattern: str, variables: Iterable[str]) -> Iterator[InvalidValueError]:
    """What is wrong with an output name pattern. `variables` are those that the job kind fills in."""
    known = set(variables)
    yield from unknown_variables((name for name in variables_in(pattern) if name not in known), known)
    if not pattern.endswith(".{format}"):
        yield invalid("must end with '.{format}'")
    if {".", ".."} & set(pattern.split("/")) or "//" in pattern:
        yield invalid("must not contain '..', '.' or '//' as a path part")
    yield from brace_problems(pattern)
    yield from character_problems(pattern)
    yield from input_directory_problems(pattern)


def brace_problems(pattern: str) -> Iterator[InvalidValueError]:
    """A brace that belongs to no variable: most likely one of a pair was forgotten."""
    if {"{", "}"} & set(without_variables(pattern)):
        yield invalid("must have '{' and '}' around the name of a variable only, as in {inputName}")


def character_problems(text: str) -> Iterator[InvalidValueError]:
    """Characters that no name and no object key may contain."""
    if has_control_characters(text):
        yield invalid("must not contain control characters or line breaks")


def length_problems(pattern: str, least: Mapping[str, str] = MappingProxyType({})) -> Iterator[InvalidValueError]:
    """A key of more bytes than S3 accepts, whatever the source; `pattern` is that of the whole key.

    `least` are the shortest values of some of its variables.
    """
    shortest = without_variables(render(pattern, {**_LEAST, **least}))
    size = len(shortest.encode("utf-8", "surrogatepass"))
    if size > MAX_KEY_BYTES:
        yield invalid(
            "makes a key of {size} bytes or more, and S3 accepts {limit}: shorten it", size=size, limit=MAX_KEY_BYTES
        )


def single_line(text: str) -> str:
    """A text without control characters, as all are that Airflow, logs and tables show. Raises ValueError."""
    for problem in character_problems(text):
        raise problem
    return text


SingleLine = Annotated[str, AfterValidator(single_line)]


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

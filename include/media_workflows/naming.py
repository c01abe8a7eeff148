"""Names of output objects: the reference's variables, defaults and number format (reference 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field

RAW_DEFINITION = 0  # reference 3.1: Definition 0 = raw parameters
_VARIABLE = re.compile(r"\{([^{}]*)\}")
COMMON_VARIABLES = frozenset({"inputName", "inputFormat", "format", "definition"})


class NumberFormat(BaseModel):
    """How {number} counts; the reference's ObjectNumberFormat."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    initial: int = Field(0, ge=0)
    increment: int = Field(1, ge=1)
    min_length: int = Field(1, ge=1, le=20, description="Shorter numbers are filled up on the left")
    placeholder: str = Field("0", pattern=r"^[A-Za-z0-9_-]$", description="With this character")

    def render(self, index: int) -> str:
        """The number of the file `index`, which counts from 0."""
        return str(self.initial + index * self.increment).rjust(self.min_length, self.placeholder)


PLAIN_NUMBERS = NumberFormat()


def pattern_faults(pattern: str, variables: Iterable[str]) -> list[str]:
    """What is wrong with an output name pattern; [] = nothing. `variables` are those the kind fills in."""
    known = set(variables)
    faults = [
        f"unknown variable {{{name}}}; known here: {', '.join(sorted(known))}"
        for name in _VARIABLE.findall(pattern)
        if name not in known
    ]
    if not pattern.endswith(".{format}"):
        faults.append("must end with '.{format}'")
    if ".." in pattern.split("/") or "//" in pattern:
        faults.append("must not hold '..' or '//' as a part")
    return faults


def source_variables(source_key: str) -> dict[str, str]:
    """inputName and inputFormat of an object key: 'in/My clip.MP4' -> 'My clip', 'MP4'."""
    path = PurePosixPath(source_key)
    name = path.stem if path.stem.strip(".") else path.stem.replace(".", "_")  # never '.' or '..' as a directory
    return {"inputName": name, "inputFormat": path.suffix.removeprefix(".")}


def source_directory(source_key: str) -> str:
    """The directory of a key, '' at the top of the bucket: 'in/a.mp4' -> 'in/'."""
    return source_key[: source_key.rfind("/") + 1]


def render(pattern: str, variables: dict[str, str]) -> str:
    """Fill the variables in. A brace that came in with a value (a file named '{x}.mp4') stays as it is."""
    return _VARIABLE.sub(lambda match: variables.get(match[1], match[0]), pattern)


def output_key(pattern: str, output_directory: str | None, source_key: str, variables: dict[str, str]) -> str:
    """The object key of an output.

    A pattern with a leading '/' is absolute; another lies below `output_directory`, or, when that
    is None, below the directory of the source.
    """
    name = render(pattern, {**source_variables(source_key), **variables})
    if pattern.startswith("/"):
        return name.lstrip("/")
    directory = source_directory(source_key) if output_directory is None else output_directory
    return directory + name

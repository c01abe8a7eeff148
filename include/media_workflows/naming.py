"""Names of output objects: the vendor's variables, defaults and number format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field

from media_workflows.errors import OutputNameError

RAW_DEFINITION = 0  # the vendor's: Definition 0 = raw parameters
_VARIABLE = re.compile(r"\{([^{}]*)\}")
COMMON_VARIABLES = frozenset({"inputName", "inputFormat", "format", "definition"})
INPUT_DIRECTORY = "inputDirectory"
SOURCE_VARIABLES = frozenset({"inputName", "inputFormat", INPUT_DIRECTORY})
_INPUT_DIRECTORY_PART = f"{{{INPUT_DIRECTORY}}}"
MAX_KEY_BYTES = 1024  # S3's limit, of the key in UTF-8
UNPUBLISHED = "_unpublished/"  # the directory of outputs that wait to be published together
I_FRAMES = "iframes"  # after the number of a sub-stream, in the name of its I-frame playlist
THUMBNAILS = "thumbnails"  # in place of the number of a sub-stream, in the names of its sheets and playlist
INIT = "init"  # in place of a segment's number, in the name of the initialization section


class NumberFormat(BaseModel):
    """The format of {number}; the vendor's ObjectNumberFormat."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    initial: int = Field(0, ge=0)
    increment: int = Field(1, ge=1)
    min_length: int = Field(1, ge=1, le=20, description="Shorter numbers are filled up on the left")
    placeholder: str = Field("0", pattern=r"^[A-Za-z0-9_-]$", description="With this character")

    def render(self, index: int) -> str:
        """The number of the file `index`, which counts from 0."""
        return str(self.initial + index * self.increment).rjust(self.min_length, self.placeholder)


PLAIN_NUMBERS = NumberFormat()


# Control characters, separators of lines, lone surrogates and code points that XML, S3's language, does not have.
_NOT_IN_NAMES = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def has_control_characters(text: str) -> bool:
    """Whether a text has a character that no name and no object key may contain."""
    return _NOT_IN_NAMES.search(text) is not None


def without_variables(pattern: str) -> str:
    """The fixed text of a pattern."""
    return _VARIABLE.sub("", pattern)


def variables_in(pattern: str) -> list[str]:
    """The variable names in a pattern, in order."""
    return _VARIABLE.findall(pattern)


def source_variables(source_key: str) -> dict[str, str]:
    """inputName and inputFormat of an object key: 'in/My clip.MP4' -> 'My clip', 'MP4'."""
    path = PurePosixPath(source_key)
    name = path.stem if path.stem.strip(".") else path.stem.replace(".", "_")  # never '.' or '..' as a directory
    return {"inputName": name, "inputFormat": path.suffix.removeprefix(".")}


def source_directory(source_key: str) -> str:
    """The directory of a key, '' at the top of the bucket: 'in/a.mp4' -> 'in/'."""
    return source_key[: source_key.rfind("/") + 1]


def input_directory(source_key: str, trigger_directory: str = "") -> str:
    """The source's directory relative to the trigger's, without the last slash; '' = the trigger directory itself.

    'in/cam1/a.mp4' below 'in/' -> 'cam1'. Of a key outside the trigger directory it is the whole directory.
    Raises OutputNameError for a directory that is no safe part of another key.
    """
    relative = source_directory(source_key).removeprefix(trigger_directory)
    if not relative:
        return ""
    directory = relative.removesuffix("/")
    if {"", ".", ".."} & set(directory.split("/")) or has_control_characters(directory):
        raise OutputNameError(
            "{{inputDirectory}} cannot be filled in for the source '{source_key}': its directory has an empty part, "
            "'.', '..' or a control character; upload it under a plain key, or leave {{inputDirectory}} out",
            source_key=source_key,
        )
    return directory


def fill_in(pattern: str, source_key: str, trigger_directory: str, variables: Mapping[str, str]) -> str:
    """A pattern with the source's variables and `variables` filled in. Raises OutputNameError."""
    known = {**source_variables(source_key), **variables}
    if _INPUT_DIRECTORY_PART in pattern:
        known[INPUT_DIRECTORY] = input_directory(source_key, trigger_directory)
    return render(pattern, known)


def render(pattern: str, variables: dict[str, str]) -> str:
    """Fill the variables in. A brace inside a value (a file named '{x}.mp4') stays as it is."""
    if variables.get(INPUT_DIRECTORY) == "":
        pattern = pattern.replace(f"{_INPUT_DIRECTORY_PART}/", "")
    return _VARIABLE.sub(lambda match: variables.get(match[1], match[0]), pattern)


def fixed_directory(directory: str) -> str:
    """The part of an output directory that is the same for every source: 'out/{inputDirectory}/x/' -> 'out/'."""
    return directory.partition(_INPUT_DIRECTORY_PART)[0]


def _filled_directory(directory: str, source_key: str, trigger_directory: str) -> str:
    """An output directory with {inputDirectory} filled in; every other brace is part of its name."""
    if _INPUT_DIRECTORY_PART not in directory:
        return directory
    return render(directory, {INPUT_DIRECTORY: input_directory(source_key, trigger_directory)})


def output_key(
    pattern: str,
    output_directory: str | None,
    source_key: str,
    variables: Mapping[str, str],
    trigger_directory: str = "",
    prefix: str = "",
) -> str:
    """The object key of an output; `prefix` is put before it.

    A pattern with a leading '/' is absolute; another lies below `output_directory`, or, when that
    is None, below the directory of the source. Raises OutputNameError.
    """
    key = fill_in(pattern, source_key, trigger_directory, variables)
    if pattern.startswith("/"):
        key = key.lstrip("/")
    elif output_directory is None:
        key = source_directory(source_key) + key
    else:
        key = _filled_directory(output_directory, source_key, trigger_directory) + key
    key = prefix + key
    if (size_bytes := len(key.encode("utf-8", "surrogatepass"))) > MAX_KEY_BYTES:
        raise OutputNameError(
            "the output key '{key}…' of the source '{source_key}' has {size_bytes} bytes, and S3 accepts "
            "{max_bytes}: use a shorter output_path or output directory, or upload under a shorter name",
            key=key[:80],
            source_key=source_key[:80],
            size_bytes=size_bytes,
            max_bytes=MAX_KEY_BYTES,
        )
    return key

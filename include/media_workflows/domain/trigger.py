"""`trigger`: the uploads that start a workflow (the vendor's)."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.name_patterns import character_problems, length_problems

# Reference 2, CosFileUploadTrigger.Formats.
VIDEO_FORMATS = [
    ".mp4",
    ".avi",
    ".mov",
    ".wmv",
    ".flv",
    ".mkv",
    ".mpg",
    ".mpeg",
    ".rm",
    ".rmvb",
    ".asf",
    ".3gp",
    ".webm",
    ".ts",
    ".m4v",
]
AUDIO_FORMATS = [".mp3", ".wav", ".aac", ".flac", ".ogg", ".m4a", ".amr"]
SUBTITLE_FORMATS = [".vtt", ".srt"]
DEFAULT_FORMATS = (*VIDEO_FORMATS, *AUDIO_FORMATS, *SUBTITLE_FORMATS)
ANY_FORMAT = "*"

_BUCKET = re.compile(r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
_EXTENSION = re.compile(r"^\.[a-z0-9]{1,64}$")


def _bucket(name: str) -> str:
    if not _BUCKET.fullmatch(name):
        raise invalid("must be a bucket name: 3 to 63 lower-case letters, digits, '.' or '-'")
    return name


def _directory(path: str | None) -> str | None:
    """'/in/' and 'in/' are the same directory; '', '/' and None are the whole bucket."""
    if path is None or path in ("", "/"):
        return None
    if not path.endswith("/"):
        raise invalid("must end with '/', for example '{example}'", example=f"{path.removeprefix('/')}/")
    path = path.removeprefix("/")
    for problem in (*character_problems(path), *length_problems(path)):
        raise problem
    if "//" in path or path.startswith("/") or {".", ".."} & set(path.split("/")):
        raise invalid("must have plain directory names between single slashes, no '.' or '..'")
    return path


BucketName = Annotated[str, AfterValidator(_bucket)]
Directory = Annotated[str | None, AfterValidator(_directory)]
BucketRegion = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]*$", max_length=64)]


def normal_formats(formats: tuple[str, ...]) -> tuple[str, ...]:
    """Extensions in lower case with a dot, each once; ('*',) = any file. Raises InvalidValueError."""
    if ANY_FORMAT in formats:
        return (ANY_FORMAT,)
    normal = tuple(dict.fromkeys("." + name.strip().lower().removeprefix(".") for name in formats))
    for name in normal:
        if not _EXTENSION.fullmatch(name):
            raise invalid(
                "must be extensions of 1 to 64 letters and digits, or '*'; {name} is neither", name=repr(name)
            )
    return normal


def has_format(key: str, formats: tuple[str, ...]) -> bool:
    """Whether the extension of `key` is one of the normal `formats`, whatever its case."""
    if formats == (ANY_FORMAT,):
        return True
    name = key.rsplit("/", 1)[-1]
    return "." in name and "." + name.rsplit(".", 1)[-1].lower() in formats


class Trigger(Model):
    """Uploads to `bucket` below `directory` (None = the whole bucket) whose extension is in `formats`."""

    bucket: BucketName = Field(description="Bucket whose uploads start the workflow")
    region: BucketRegion | None = Field(None, description="Region of the bucket; None = ask the storage")
    directory: Directory = Field(None, description="Ends with '/'; none = the whole bucket")
    formats: tuple[str, ...] = Field(DEFAULT_FORMATS, description="Extensions; '*' = any file")

    @field_validator("formats")
    @classmethod
    def _formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        return normal_formats(formats) or DEFAULT_FORMATS

    @property
    def prefix(self) -> str:
        """The key prefix; '' = the whole bucket."""
        return self.directory or ""

    def accepts_format(self, key: str) -> bool:
        """Whether the extension of `key` is one of `formats`, whatever its case."""
        return has_format(key, self.formats)

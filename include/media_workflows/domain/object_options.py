"""`ObjectOptions`: how outputs are stored: headers, storage class, encryption, access, tags, metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.invalid import InvalidValueError, InvalidValuesError
from media_workflows.domain.name_patterns import brace_problems, character_problems, unknown_variables
from media_workflows.naming import COMMON_VARIABLES, INPUT_DIRECTORY, variables_in

VARIABLES = COMMON_VARIABLES | {INPUT_DIRECTORY}
MAX_TAGS = 10  # S3's limits, of this and of keys and values
TagKey = Annotated[str, Field(min_length=1, max_length=128)]
TagValue = Annotated[str, Field(max_length=256)]
StorageClass = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,31}$")]
UNREADABLE_CLASSES = frozenset({"GLACIER", "DEEP_ARCHIVE"})  # an object has to be restored before it can be read
OWN_METADATA = "mw-"  # the first characters of the names of provenance
MAX_METADATA = 20
MAX_METADATA_BYTES = 2048  # S3's limit of user metadata, names and values together
_METADATA_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")  # servers answer names in lower case
_HEADER = re.compile(r"[\x20-\x7e]+")


def _header(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise invalid("must be printable ASCII, as all HTTP headers are")
    return text


def _pattern(text: str) -> str:
    if problems := list(_pattern_problems(text)):
        raise InvalidValuesError(problems)
    return text


def _pattern_problems(text: str) -> Iterator[InvalidValueError]:
    yield from unknown_variables((name for name in variables_in(text) if name not in VARIABLES), VARIABLES)
    yield from brace_problems(text)
    yield from character_problems(text)


CacheControl = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_header)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class ObjectOptions(Model):
    """How outputs are stored. None = as the bucket does by default; nothing is public unless `acl` says so.

    `download_name`, the values of `tags` and those of `metadata` may contain the variables of output names.
    """

    cache_control: CacheControl | None = Field(None, description="Header Cache-Control, as 'max-age=86400'")
    manifest_cache_control: CacheControl | None = Field(
        None, description="Cache-Control of manifests and playlists; None = `cache_control`"
    )
    disposition: Literal["inline", "attachment"] | None = Field(
        None, description="Header Content-Disposition: shown by browsers, or saved"
    )
    download_name: Annotated[Pattern, Field(min_length=1, max_length=255)] | None = Field(
        None, description="File name in Content-Disposition, as '{inputName}.{format}'"
    )
    storage_class: StorageClass | None = Field(None, description="As GLACIER_IR")
    kms_key: CacheControl | None = Field(None, description="Id or ARN of the key of SSE-KMS")
    acl: Literal["private", "bucket-owner-full-control", "public-read"] | None = Field(
        None, description="A canned ACL; public-read: everybody can read the outputs"
    )
    tags: dict[TagKey, Annotated[TagValue, AfterValidator(_pattern)]] = Field(
        default_factory=dict, max_length=MAX_TAGS, description="Tags of the objects"
    )
    metadata: dict[str, Annotated[Pattern, Field(max_length=1024)]] = Field(
        default_factory=dict, max_length=MAX_METADATA, description="User metadata of the objects (x-amz-meta-…)"
    )

    @field_validator("metadata")
    @classmethod
    def _names(cls, metadata: dict[str, str]) -> dict[str, str]:
        for name in metadata:
            if not _METADATA_NAME.fullmatch(name):
                raise invalid(
                    "the name {name} must have 1 to 64 lower-case letters, digits, '_', '.' and '-'", name=repr(name)
                )
            if name.startswith(OWN_METADATA):
                raise invalid("names that begin with 'mw-' are this product's own; got {name}", name=repr(name))
        return metadata

    def over(self, general: ObjectOptions | None) -> ObjectOptions:
        """These options, and what they leave out as in `general`. Tags and metadata are joined by their names."""
        if general is None:
            return self
        own = {name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None}
        joined = {
            "tags": {**general.tags, **self.tags},
            "metadata": {**general.metadata, **self.metadata},
        }
        return general.model_copy(update=own | joined)


def objects_over(own: ObjectOptions | None, general: ObjectOptions | None) -> ObjectOptions | None:
    """The options of an item, or of a step, over those of what it belongs to; None = there are none."""
    return general if own is None else own.over(general)

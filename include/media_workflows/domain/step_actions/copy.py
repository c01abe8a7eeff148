"""`copy`: the source, or what steps have made, in another place of the storage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from media_workflows.domain.base import invalid
from media_workflows.domain.name_patterns import (
    brace_problems,
    character_problems,
    input_directory_problems,
    length_problems,
    unknown_variables,
)
from media_workflows.domain.object_options import MAX_TAGS, StorageClass, TagKey, TagValue
from media_workflows.domain.step_actions.base import Action
from media_workflows.domain.trigger import BucketName, Directory
from media_workflows.naming import SOURCE_VARIABLES, fill_in, variables_in


def _plain(directory: str | None) -> str | None:
    if directory and {"{", "}"} & set(directory):
        raise invalid("must be plain text: what is copied keeps the directories below it")
    return directory


class CopyPlace(Action):
    """Where copies go. Names below the trigger's directory, or a step's output directory, are kept."""

    bucket: BucketName | None = Field(None, description="None = the workflow's output bucket")
    directory: Annotated[Directory, AfterValidator(_plain)] = Field(
        None, description="Ends with '/'; none = the directory that the original has"
    )
    key: str | None = Field(
        None, description="Key of the copy of the source, with {inputName}, {inputFormat} and {inputDirectory}"
    )
    tags: dict[TagKey, TagValue] = Field(default_factory=dict, max_length=MAX_TAGS, description="None = the original's")
    storage_class: StorageClass | None = Field(
        None, description="Of the copy, as GLACIER_IR; None = the bucket's default"
    )

    @field_validator("key")
    @classmethod
    def _valid_key(cls, key: str | None) -> str | None:
        for problem in _key_problems(key) if key is not None else ():
            raise problem
        return key

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.key is not None and self.directory is not None:
            raise invalid("has a directory and a key: give one of them")
        if self.bucket is None and self.key is None and self.directory is None:
            raise invalid("the copy would be its original: give a bucket, a directory or a key")
        return self

    def key_of_source(self, key: str, root: str) -> str:
        """The key of the copy of a source; `root` is the trigger's directory. Raises OutputNameError."""
        if self.key is not None:
            return fill_in(self.key, key, root, {})
        return key if self.directory is None else self.directory + key.removeprefix(root)

    def writes(self, output_bucket: str) -> tuple[tuple[str, str], ...]:
        place = self.key.partition("{")[0] if self.key is not None else self.directory or ""
        return ((self.bucket or output_bucket, place),)


class Copy(CopyPlace):
    """A copy inside the storage."""

    kind = "copy"
    copies = True

    of: Literal["source"] | list[str] = Field("source", description="`source`, or the ids of steps: all their outputs")

    @field_validator("of")
    @classmethod
    def _of_something(cls, of: str | list[str]) -> str | list[str]:
        if not of:
            raise invalid("must be 'source', or name at least one step")
        return of

    @model_validator(mode="after")
    def _key_of_one(self) -> Self:
        if self.key is not None and self.of != "source":
            raise invalid("`key` is for a copy of the source: outputs keep their names below `directory`")
        return self

    @property
    def reads(self) -> tuple[str, ...]:
        return () if self.of == "source" else tuple(self.of)


def _key_problems(key: str) -> Iterator[Exception]:
    yield from unknown_variables((name for name in variables_in(key) if name not in SOURCE_VARIABLES), SOURCE_VARIABLES)
    if not key or key.startswith("/") or key.endswith("/"):
        yield invalid("must be the key of an object: neither empty nor with a slash at the beginning or end")
    if {".", ".."} & set(key.split("/")) or "//" in key:
        yield invalid("must not contain '..', '.' or '//' as a path part")
    yield from brace_problems(key)
    yield from character_problems(key)
    yield from length_problems(key)
    yield from input_directory_problems(key)

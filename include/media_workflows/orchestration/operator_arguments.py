"""Arguments of operators that users write in DAG files: checked when the file is parsed, read when the task runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from airflow.sdk.definitions.xcom_arg import XComArg
from pydantic import TypeAdapter, ValidationError

from media_workflows.domain.base import problems_of
from media_workflows.domain.result import SourceObject
from media_workflows.domain.step_items import is_complete, parse_items
from media_workflows.domain.trigger import Directory
from media_workflows.errors import DefinitionError, FieldProblem, SourceGoneError

if TYPE_CHECKING:
    from media_workflows.storage.s3 import ObjectStorage

_SCHEME = "s3://"
_DIRECTORY: TypeAdapter[str | None] = TypeAdapter(Directory)


class S3Place(NamedTuple):
    """A bucket with a key, or with a directory that is '' or ends with '/'."""

    bucket: str
    path: str


def s3_place(field: str, value: Any) -> S3Place:
    """'s3://bucket/path', or a mapping with `bucket` and `key` such as another operator returns.

    Raises DefinitionError.
    """
    if isinstance(value, Mapping) and {"bucket", "key"} <= value.keys():
        return S3Place(str(value["bucket"]), str(value["key"]))
    text = str(value)
    bucket, _, path = text.removeprefix(_SCHEME).partition("/")
    if not text.startswith(_SCHEME) or not bucket:
        expected = "must be s3://bucket/key, or an object with `bucket` and `key` as the operators return them"
        raise DefinitionError([FieldProblem(field, repr(value)[:80], expected)])
    return S3Place(bucket, path)


def source_place(value: Any) -> S3Place:
    """Raises DefinitionError for a place without a key."""
    place = s3_place("source", value)
    if not place.path:
        expected = "must name an object: s3://bucket/key"
        raise DefinitionError([FieldProblem("source", repr(value), expected)])
    return place


def output_place(value: Any) -> S3Place:
    """Raises DefinitionError for a place that is no directory."""
    place = s3_place("output", value)
    if place.path and not place.path.endswith("/"):
        expected = "must be a directory that ends with '/'"
        raise DefinitionError([FieldProblem("output", repr(value), expected)])
    return place


def quarantine_directory(value: Any) -> str:
    """'' or a directory below the output bucket. Raises DefinitionError for anything else, such as '../'."""
    if value in (None, ""):
        return ""
    try:
        directory = _DIRECTORY.validate_python(value)
    except ValidationError as error:
        raise DefinitionError([replace(problem, field="quarantine") for problem in problems_of(error)]) from None
    if directory is None:
        expected = "must be a directory such as 'quarantine/', or empty"
        raise DefinitionError([FieldProblem("quarantine", repr(value), expected)])
    return directory


def found_source(storage: ObjectStorage, value: Any) -> SourceObject:
    """The object as it is now. Raises DefinitionError, SourceGoneError, StorageError."""
    if isinstance(value, Mapping) and "etag" in value:  # as UploadSensor returns it
        return SourceObject.model_validate(value)
    bucket, key = source_place(value)
    head = storage.head(bucket, key)
    if head is None:
        raise SourceGoneError(
            "there is no object '{key}' in bucket '{bucket}': upload it, or correct `source`", key=key, bucket=bucket
        )
    return SourceObject(
        bucket=bucket,
        key=key,
        etag=head.etag,
        size_bytes=head.size_bytes,
        version_id=head.version_id,
        last_modified=head.last_modified,
        content_type=head.content_type,
    )


def is_known(value: Any) -> bool:
    """Whether a value stands in the DAG file itself: neither Jinja nor the result of another task."""
    return value is not None and not isinstance(value, XComArg) and "{{" not in str(value) and "{%" not in str(value)


def check_step(task_id: str, kind: str, items: Any, source: Any, output: Any) -> None:
    """Raises DefinitionError with the problems that the DAG file itself shows; their fields begin with the task id."""
    problems: list[FieldProblem] = []
    for value, place_of in ((source, source_place), (output, output_place)):
        try:
            _ = place_of(value) if is_known(value) else None
        except DefinitionError as error:
            problems += error.problems
    problems += _item_problems(kind, items)
    if problems:
        raise DefinitionError([replace(problem, field=f"{task_id}.{problem.field}") for problem in problems])


def _item_problems(kind: str, items: Any) -> list[FieldProblem]:
    if items is None or isinstance(items, XComArg | str):  # from another task, or one template for all of them
        return []
    if not isinstance(items, Sequence) or not items:
        expected = "must be a list with at least one item, for example [{'template': 100010}]"
        return [FieldProblem("items", repr(items)[:80], expected)]
    if not all(is_complete(kind, item) for item in items):
        return []  # checked when the task runs
    try:
        parse_items(kind, items, None)
    except DefinitionError as error:
        return error.problems
    return []

"""Values of the arguments that users give to operators. Each function raises InvalidArgumentsError for a wrong one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import UnionType
from typing import TYPE_CHECKING, Any, NamedTuple

from airflow.sdk.exceptions import AirflowFailException
from pydantic import NonNegativeInt, TypeAdapter, ValidationError

from media_workflows.domain.base import problems_of
from media_workflows.domain.output_names import output_directory_problems
from media_workflows.domain.result import SourceObject
from media_workflows.domain.trigger import BucketName, Directory
from media_workflows.errors import DefinitionError, FieldProblem

if TYPE_CHECKING:
    from media_workflows.storage.s3 import ObjectStorage

_SCHEME = "s3://"
_DIRECTORY: TypeAdapter[str | None] = TypeAdapter(Directory)
_BUCKET: TypeAdapter[str] = TypeAdapter(BucketName)
_ADD_ONS: TypeAdapter[list[tuple[str, NonNegativeInt]]] = TypeAdapter(list[tuple[str, NonNegativeInt]])
_OBJECT = "must be s3://bucket/key, or an object with `bucket` and `key`, as from the `output` of an operator"
_AS_TEXT = "and this is text: if a template renders it, create the DAG with render_template_as_native_obj=True"
_EXAMPLE_OF_JOBS = "{'content_review': [{'template': 10}]}"


class InvalidArgumentsError(DefinitionError, AirflowFailException):
    """Arguments of an operator that can never work: an import error of the DAG file, and no retry in a task."""

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__(problems)
        lines, count = self.parameters["problems"], len(problems)
        # In place of the text about a definition.
        if count == 1:
            super(DefinitionError, self).__init__("1 problem in the arguments:\n{problems}", problems=lines)
        else:
            super(DefinitionError, self).__init__(
                "{count} problems in the arguments:\n{problems}", count=count, problems=lines
            )


class S3Place(NamedTuple):
    """A bucket with a key, or with a directory that is '' or ends with '/'."""

    bucket: str
    path: str


def _invalid(field: str, value: Any, expected: str) -> InvalidArgumentsError:
    return InvalidArgumentsError([FieldProblem(field, repr(value)[:80], expected)])


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def s3_place(field: str, value: Any, expected: str) -> S3Place:
    """'s3://bucket/path'."""
    if not isinstance(value, str) or not value.startswith(_SCHEME):
        raise _invalid(field, value, expected)
    bucket, _, path = value.removeprefix(_SCHEME).partition("/")
    return S3Place(bucket_name(field, bucket), path)


def source_place(value: Any) -> S3Place:
    """One object."""
    if _is_list(value):
        expected = (
            "must be one object, not a list: run the operator for each by .partial(…).expand(source=…); "
            "after a mapped operator, by .expand(source=….output.map(lambda files: files[0]))"
        )
        raise _invalid("source", value, expected)
    if isinstance(value, Mapping) and {"bucket", "key"} <= value.keys():
        if "etag" in value:
            _sensor_object(value)
        place = S3Place(bucket_name("source.bucket", value["bucket"]), _key(value["key"]))
    else:
        place = s3_place("source", value, _OBJECT)
    if not place.path:
        raise _invalid("source", value, "must name an object: s3://bucket/key")
    if place.path.endswith("/"):
        raise _invalid("source", value, "must name a file: a key that ends with '/' is a directory")
    return place


def _key(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _invalid("source.key", value, "must be the key of an object, as text")
    return value


def _sensor_object(value: Mapping[str, Any]) -> SourceObject:
    """What UploadSensor returns."""
    try:
        return SourceObject.model_validate(dict(value))
    except ValidationError as error:
        problems = [replace(problem, field=f"source.{problem.field}") for problem in problems_of(error)]
        raise InvalidArgumentsError(problems) from None


def output_place(value: Any) -> S3Place:
    """A directory of a bucket, or the whole bucket."""
    place = s3_place("output", value, "must be s3://bucket/directory/, or s3://bucket/ for the whole bucket")
    if place.path and not place.path.endswith("/"):
        raise _invalid("output", value, "must be a directory that ends with '/'")
    if place.path.startswith("/"):
        raise _invalid("output", value, "must have plain directory names between single slashes, no '.' or '..'")
    _directory("output", place.path)
    if problems := output_directory_problems(place.path):
        raise InvalidArgumentsError([replace(problem, field="output") for problem in problems])
    return place


def quarantine_directory(value: Any) -> str:
    """'' or a directory below the output bucket."""
    if value in (None, ""):
        return ""
    directory = _directory("quarantine", value)
    if directory is None:
        raise _invalid("quarantine", value, "must be a directory such as 'quarantine/', or empty")
    return directory


def _directory(field: str, value: Any) -> str | None:
    try:
        return _DIRECTORY.validate_python(value)
    except ValidationError as error:
        raise InvalidArgumentsError([replace(problem, field=field) for problem in problems_of(error)]) from None


def bucket_name(field: str, value: Any) -> str:
    """The name of a bucket, without a scheme."""
    try:
        return _BUCKET.validate_python(value)
    except ValidationError as error:
        raise InvalidArgumentsError([replace(problem, field=field) for problem in problems_of(error)]) from None


def key_prefix(value: Any) -> str:
    """What keys start with: they start with no '/'."""
    if not isinstance(value, str) or value.startswith("/"):
        raise _invalid("prefix", value, "must be the beginning of a key, such as 'in/', without a '/' before it")
    return value


def add_on_list(value: Any) -> Sequence[tuple[str, int]]:
    """Pairs of a key pattern and seconds."""
    expected = "must be a list of pairs: a key pattern and seconds, such as [('{inputDirectory}/{inputName}.srt', 60)]"
    try:
        return _ADD_ONS.validate_python(value)
    except ValidationError:
        raise _invalid("add_ons", value, expected) from None


def connection_id(value: Any) -> str:
    """The id of an Airflow connection."""
    if not isinstance(value, str) or not value:
        raise _invalid(
            "aws_conn_id", value, "must be the id of an Airflow connection, as text; left out: the setting's"
        )
    return value


def of_type(field: str, value: Any, types: type | UnionType) -> None:
    """A value of one of these Python types."""
    if not isinstance(value, types):
        names = types.__name__ if isinstance(types, type) else types
        raise _invalid(field, value, f"must be of type {names}")


def task_id(field: str, value: Any) -> str:
    """The id of another task."""
    if not isinstance(value, str) or not value:
        raise _invalid(field, value, "must be the id of a task, as text")
    return value


def of_workflows_only(field: str, value: Any, types: type) -> None:
    """An argument that the DAG of a workflow sets."""
    if not isinstance(value, types):
        raise _invalid(field, value, "must be left out: only the DAGs that are made of workflows set it")


def item_list(field: str, value: Any) -> Sequence[Any]:
    """At least one item."""
    if isinstance(value, str):
        raise _invalid(field, value, f"must be a list of items, {_AS_TEXT}")
    if not _is_list(value) or not value:
        raise _invalid(field, value, "must be a list with at least one item, for example [{'template': 100010}]")
    return list(value)


def no_items(value: Any) -> None:
    """`items` of a FeaturesOperator."""
    raise _invalid("items", value, "must be left out: `for_jobs` holds the items of the jobs that read the features")


def items_by_kind(value: Any) -> dict[str, Sequence[Any]]:
    """`for_jobs`: the items of reviews, recognitions and analyses."""
    if isinstance(value, str):
        raise _invalid("for_jobs", value, f"must be an object such as {_EXAMPLE_OF_JOBS}, {_AS_TEXT}")
    if not isinstance(value, Mapping) or not value:
        raise _invalid("for_jobs", value, f"must be the items by job kind, for example {_EXAMPLE_OF_JOBS}")
    return {str(kind): item_list(f"for_jobs.{kind}", items) for kind, items in value.items()}


def found_source(storage: ObjectStorage, value: Any) -> SourceObject:
    """The object as it is now. Raises SourceGoneError and StorageError, too."""
    from media_workflows.storage.source_objects import existing_source  # boto3: not at DAG-parse time

    place = source_place(value)
    if isinstance(value, Mapping) and "etag" in value:  # as UploadSensor returns it
        return _sensor_object(value)
    return existing_source(storage, *place)

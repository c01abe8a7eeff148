"""Ad-hoc processing: jobs or steps on named objects, a prefix or a URL, without a stored workflow. Pure.

A request is stored as a definition of its own and a backfill of its objects. All its runs are runs of one DAG.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from media_workflows.domain.backfill import MAX_KEYS, BackfillLimits
from media_workflows.domain.base import Model, invalid, parsed_request, shown
from media_workflows.domain.invalid import InvalidValuesError
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.placed_items import placed_items
from media_workflows.domain.request_context import NO_CONTEXT, RequestContext
from media_workflows.domain.shared_outputs import shared_output_problems
from media_workflows.domain.step_definition import Output
from media_workflows.domain.templates import PRESET_LIBRARY, Library
from media_workflows.domain.trigger import ANY_FORMAT, BucketName, normal_formats
from media_workflows.domain.web_url import is_web_url
from media_workflows.domain.workflow import Workflow, parse_workflow, resolved
from media_workflows.errors import DefinitionError, FieldProblem, InvalidRequestError

FETCHED = "fetched/"  # the directory of the output bucket for copies of files from URLs
REQUESTED = frozenset({"output", "jobs", "steps", "notification", "priority"})  # as in a workflow's definition
_STAND_IN = {"bucket": "media", "formats": [ANY_FORMAT]}  # the trigger of a request whose sources are invalid


def _https(url: str) -> str:
    if not is_web_url(url, ("https",)) or "@" in urlsplit(url).netloc:
        raise invalid("must be an https URL with a host and without user name and password")
    return url


SourceUrl = Annotated[str, Field(max_length=1024), AfterValidator(_https)]
RequestId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,128}$")]
SourceKey = Annotated[str, Field(min_length=1, max_length=1024)]


class ProcessLimits(BackfillLimits):
    """How fast a request starts runs."""

    max_at_once: int = Field(8, ge=1, le=1000, description="Runs of this request at the same time")


class ProcessRequest(Model):
    """What to process, how, and for whom. Exactly one of `keys`, `prefix` and `url` names the sources.

    `jobs`, `steps` and `notification` are as in a workflow's definition.
    """

    request_id: RequestId | None = Field(
        None, description="Idempotency key: the same request again starts nothing. null = one is made"
    )
    bucket: BucketName | None = Field(None, description="Bucket of the objects; not with `url`")
    keys: tuple[SourceKey, ...] = Field((), max_length=MAX_KEYS, description="Keys of objects")
    prefix: str | None = Field(None, max_length=1024, description="Objects whose keys begin so")
    formats: tuple[str, ...] = Field((), description="Extensions below `prefix`; empty = those of a trigger")
    url: SourceUrl | None = Field(None, description="A public https URL")
    output: Output = Output()
    jobs: dict[str, Any] | None = None
    steps: list[Any] | None = None
    notification: dict[str, Any] | None = None
    priority: int = Field(0, ge=-10, le=10, description="Higher first")
    force: bool = Field(False, description="Encode again what could be reused")
    limits: ProcessLimits = ProcessLimits()
    context: RequestContext = NO_CONTEXT

    @field_validator("formats")
    @classmethod
    def _formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        return normal_formats(formats)

    @model_validator(mode="after")
    def _one_source(self) -> ProcessRequest:
        given = [name for name in ("keys", "prefix", "url") if getattr(self, name)]
        if len(given) != 1:
            named = next((name for name in ("prefix", "url") if name in self.model_fields_set), "keys")
            raise invalid("the sources must be named by exactly one of `keys`, `prefix` (not empty) and `url`").of(
                given[-1] if given else named
            )
        if self.url and self.bucket:
            raise invalid("must be left out with `url`: the file is copied to the output bucket").of("bucket")
        if not self.url and not self.bucket:
            raise invalid("must name the bucket of the objects").of("bucket")
        missing = [name for name in ("bucket", "directory") if self.url and not getattr(self.output, name)]
        if missing:
            raise InvalidValuesError(
                invalid("must be given with `url`, which has none").of(f"output.{name}") for name in missing
            )
        return self

    @property
    def source_bucket(self) -> str:
        """The bucket that the runs read: of a URL, that of its copy."""
        found = self.bucket or self.output.bucket
        assert found is not None, "checked by the validator"
        return found

    def digest(self) -> str:
        """A hash of what the request says, apart from its id. Keys and formats are sets, and so are fields of objects:
        their order says nothing. That of jobs and steps numbers their results."""
        said = self.model_dump(mode="json", exclude={"request_id"})
        said |= {name: sorted(set(said[name])) for name in ("keys", "formats")}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def definition(self, library: Library = PRESET_LIBRARY) -> Workflow:
        """The workflow that the runs follow. Raises InvalidRequestError."""
        given = self.model_dump(mode="json", include=set(REQUESTED))
        trigger = {"bucket": self.source_bucket, "directory": self.directory or None, "formats": [ANY_FORMAT]}
        try:
            workflow = _workflow(given, trigger, library)
        except DefinitionError as error:
            raise InvalidRequestError([self._in_own_fields(problem) for problem in error.problems]) from None
        if problems := [*_problems(workflow), *shared_output_problems(resolved(workflow, library), self.keys)]:
            raise InvalidRequestError(problems)
        return workflow

    @property
    def source_field(self) -> str:
        """The field that names the sources."""
        return "keys" if self.keys else "url" if self.url else "prefix"

    @property
    def bucket_field(self) -> str:
        """The field that names the bucket which the runs read."""
        return "output.bucket" if self.url else "bucket"

    def _in_own_fields(self, problem: FieldProblem) -> FieldProblem:
        """A request has no trigger: what is wrong with it is so by the bucket or the sources."""
        own = {"trigger.bucket": self.bucket_field, "trigger.directory": self.source_field}
        return replace(problem, field=own.get(problem.field, problem.field))

    def selects(self, key: str) -> bool:
        """Whether an object is one of the sources, or the copy of the file of a URL."""
        return key in self.keys if self.keys else key.startswith(self.prefix or FETCHED)

    @property
    def directory(self) -> str:
        """The directory that all sources have in common; '' = the whole bucket. {inputDirectory} is relative to it."""
        if self.url:
            return FETCHED
        return common_directory(self.keys or (self.prefix or "",))


def request_problems(data: Any, library: Library = PRESET_LIBRARY) -> list[FieldProblem]:
    """The problems of a request; those of its jobs also while its sources have some. [] = it is valid."""
    try:
        request = parsed_request(ProcessRequest, data)
    except InvalidRequestError as error:
        found = {one.field for one in error.problems}
        return [*error.problems, *(one for one in _problems_of_jobs(data, library) if one.field not in found)]
    try:
        request.definition(library)
    except InvalidRequestError as error:
        return error.problems
    return []


def _problems_of_jobs(data: Any, library: Library) -> list[FieldProblem]:
    """Those that the model of a request, in which jobs are plain data, does not have."""
    if not isinstance(data, dict):
        return []
    given = {name: data[name] for name in ("jobs", "steps", "notification") if name in data}
    try:
        return _problems(_workflow(given, _STAND_IN, library))
    except DefinitionError as error:
        return error.problems


def _workflow(given: Mapping[str, Any], trigger: dict[str, Any], library: Library) -> Workflow:
    """Raises DefinitionError."""
    named = {name: value for name, value in given.items() if value is not None}
    return parse_workflow({"name": "process", "trigger": trigger, **named}, library)


def common_directory(keys: tuple[str, ...]) -> str:
    """The deepest directory that holds all keys, as far as its names can be written in a definition."""
    first, last = min(keys).split("/")[:-1], max(keys).split("/")[:-1]
    common: list[str] = []
    for name, other in zip(first, last, strict=False):
        if name != other or name in ("", ".", ".."):
            break
        common.append(name)
    return "".join(f"{name}/" for name in common)


def _problems(workflow: Workflow) -> list[FieldProblem]:
    """What steps of a workflow may have and those of a request may not: all of them are one task."""
    found = []
    for number, step in enumerate(workflow.steps):
        place = f"steps[{number}]"
        if step.approval:
            problem = invalid("cannot wait for a person in ad-hoc processing: make a workflow with this step")
            found.append(problem.at(f"{place}.approval", shown(step.approval.message)))
        for name in ("retries", "queue"):
            if getattr(step, name) not in (None, ""):
                problem = invalid("must be left out: the steps of ad-hoc processing are one task with common retries")
                found.append(problem.at(f"{place}.{name}", str(getattr(step, name))))
    for one in placed_items(workflow):
        if isinstance(one.item, AdaptiveDynamicStreamingItem) and one.item.wait_for:
            problem = invalid(
                "must be left out: ad-hoc processing does not wait for objects, start it when they are there"
            )
            found.append(problem.at(f"{one.place}.wait_for", f"{one.item.wait_for.timeout_s} s"))
    return found

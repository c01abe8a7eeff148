"""`StepDefinition`: one step of a workflow that is a graph: its job or action, what it is after, when it runs."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.jobs import JOB_ITEMS, JOB_KINDS, JobItems
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.object_options import ObjectOptions, objects_over
from media_workflows.domain.step_actions import ACTION_KINDS, StepActions
from media_workflows.domain.step_actions.base import Action
from media_workflows.domain.trigger import BucketName, BucketRegion, Directory

MAX_STEPS = 50
SOURCE = "source"  # `input` of a step that reads the uploaded object
# Ids are names in conditions: identifiers of CEL, whose specification reserves these words.
_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
_CEL_WORDS = re.compile(
    "as|break|const|continue|else|false|for|function|if|import|in|let|loop|namespace|null|package|return|true|var|void"
    "|while"
)
RESERVED_IDS = frozenset(
    {SOURCE, "upload", "features", "signals", "gate", "notify", "publish_together"}
)  # tasks and names of our own
_QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def _step_id(id_: str) -> str:
    if not _ID.fullmatch(id_):
        raise invalid("must have 1 to 60 lower-case letters, digits and '_', and begin with a letter")
    if _CEL_WORDS.fullmatch(id_) or id_ in RESERVED_IDS:
        raise invalid("'{id}' is reserved: choose another id", id=id_)
    return id_


def _queue(name: str) -> str:
    if name and not _QUEUE.fullmatch(name):
        raise invalid("must have 1 to 100 letters, digits, '.', '-' and '_'")
    return name


StepId = Annotated[str, AfterValidator(_step_id)]


class Output(Model):
    """The place of outputs. None = the trigger bucket, and the directory of the triggering file.

    In `directory`, {inputDirectory} is the source's directory below the trigger's.
    """

    bucket: BucketName | None = None
    region: BucketRegion | None = None
    directory: Directory = None
    objects: ObjectOptions | None = Field(
        None,
        exclude_if=lambda objects: objects is None,
        description="How outputs are stored: headers, storage class, encryption, access, tags, metadata",
    )

    def over(self, general: Output) -> Output:
        """The place of a step's outputs: its own; what that leaves out is the workflow's."""
        own = {name: getattr(self, name) for name in Output.model_fields if getattr(self, name) is not None}
        return general.model_copy(update=own | {"objects": objects_over(self.objects, general.objects)})


class StepHead(Model):
    """What every step has, whatever its job: so that these fields come first in a definition."""

    id: StepId = Field(description="Name of the step, of its task in Airflow and in conditions")
    after: list[str] = Field(
        default_factory=list, max_length=MAX_STEPS, description="Ids of the steps before it; empty = the upload"
    )
    when: str = Field(
        "", description="Condition (CEL): the step is skipped where it is false; empty = always. See docs/conditions.md"
    )
    input: str = Field(SOURCE, description="'source', or the id of a step whose first main output it reads")


class StepDefinition(StepActions, JobItems, StepHead):
    """A step: the items of exactly one job kind, or one action. A single item may stand without its list."""

    output: Output = Field(Output(), description="Place of its outputs; what is left out is as in the workflow")
    on_failure: Literal["fail", "continue"] = Field(
        "fail", description="`fail`: steps after it do not run and the run fails; `continue`: both go on"
    )
    retries: int | None = Field(
        None, ge=0, le=20, description="Further tries after an error; None = the setting job_retries"
    )
    queue: Annotated[str, AfterValidator(_queue)] = Field(
        "", description="Celery queue of its task; empty = the queue of its kind of work"
    )

    @field_validator(*JOB_KINDS, mode="before")
    @classmethod
    def _as_list(cls, items: Any) -> Any:
        return [items] if isinstance(items, dict) else items

    @model_validator(mode="after")
    def _one_job(self) -> StepDefinition:
        kinds = self._kinds()
        if len(kinds) > 1:
            raise invalid("must have one job, not {kinds}: make a step of each", kinds=" and ".join(kinds))
        if not kinds:
            raise invalid(
                "must have the items of one job of: {kinds}; or one of: {actions}",
                kinds=", ".join(JOB_KINDS),
                actions=", ".join(ACTION_KINDS),
            )
        return self

    def _kinds(self) -> list[str]:
        return [*(kind for kind, _ in self.by_kind()), *(action.kind for action in self.actions())]

    @model_serializer(mode="wrap")
    def _without_other_kinds(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Empty lists of the other kinds would be most of what is stored of a step and shown in a diff."""
        data: dict[str, Any] = handler(self)
        return {name: value for name, value in data.items() if value or name not in JOB_ITEMS}

    @property
    def kind(self) -> str:
        """The kind of its job, or of its action."""
        return self._kinds()[0]

    @property
    def action(self) -> Action | None:
        """What it does, if it has no job."""
        return next(self.actions(), None)

    @property
    def items(self) -> tuple[JobItem[Any], ...]:
        """What it makes; () = it has an action."""
        return tuple(item for _, items in self.by_kind() for item in items)

    @property
    def before(self) -> tuple[str, ...]:
        """The ids of the steps that it is directly after; those whose outputs it reads are among them."""
        return tuple(dict.fromkeys((*self.after, *self.reads)))

    @property
    def reads(self) -> tuple[str, ...]:
        """The ids of the steps whose outputs it reads; () = the source alone."""
        if self.action:
            return self.action.reads
        return () if self.input == SOURCE else (self.input,)

    @property
    def reads_source(self) -> bool:
        """Whether it makes something of the source itself."""
        return self.makes_objects and not self.reads

    @property
    def makes_objects(self) -> bool:
        """Whether it reads the source or what was made of it, and writes objects."""
        return self.action is None or self.action.copies

    @property
    def makes_media(self) -> bool:
        """Whether another step can read its main output."""
        return self.action is None and JOB_ITEMS[self.kind].makes_media

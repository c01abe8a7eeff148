"""`StepRequest`: which step of which run makes what of which source, and where the outputs go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.object_options import ObjectOptions, objects_over
from media_workflows.domain.result import Role, SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.step_definition import Output
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.workflow import Workflow
from media_workflows.naming import fill_in, output_key
from media_workflows.storage.object_arguments import ObjectArguments, object_arguments

if TYPE_CHECKING:
    from media_workflows.execution.turn import Turn


@dataclass(frozen=True)
class OutputPlace:
    """Where outputs go.

    `directory` None = the directory of the source. {inputDirectory} is relative to `source_root`. `prefix` is put
    before the key of every output: '' or a directory. It is the quarantine of a source that did not pass a review, or
    where the outputs of a run wait until all of them are published together. `objects` is how they are stored, where
    an item says nothing else; below a prefix nothing is public.
    """

    bucket: str
    directory: str | None = None
    source_root: str = ""
    prefix: str = ""
    objects: ObjectOptions | None = None

    @classmethod
    def of_workflow(cls, workflow: Workflow, output: Output, step: StepKey, quarantine: str = "") -> OutputPlace:
        """`output` is the workflow's, or the step's own."""
        prefix = step.unpublished if workflow.publish == "together" else quarantine
        bucket = output.bucket or workflow.trigger.bucket
        return cls(bucket, output.directory, workflow.trigger.prefix, prefix, output.objects)

    def key_of(self, pattern: str, source_key: str, variables: Mapping[str, str]) -> str:
        """The key of an output of a source. Raises OutputNameError."""
        return output_key(pattern, self.directory, source_key, variables, self.source_root, self.prefix)

    def arguments_of(
        self, item: JobItem[Any], role: Role, source_key: str, variables: Mapping[str, str]
    ) -> ObjectArguments:
        """How an output of an item is stored. Raises OutputNameError."""
        known = {"definition": str(item.definition), **variables}

        def fill(pattern: str) -> str:
            return fill_in(pattern, source_key, self.source_root, known)

        found = object_arguments(objects_over(item.objects, self.objects), role, fill)
        return found.unpublished() if self.prefix else found


@dataclass(frozen=True)
class StepRequest:
    """One try of one step, which Airflow started at `started_at`. `items` are resolved and of one kind.

    `force` encodes again what could be reused. `events_of` is the run whose receivers get an event of each change;
    None = there are none, as of a DAG that no workflow of the store made. `features_step` is the step of the same run
    whose features a review, recognition or analysis reads. `turn` decides whether a step of a graph runs and what it
    reads; outputs are named after `source` in any case.
    """

    step: StepKey
    kind: str
    items: Sequence[JobItem[Any]]
    source: SourceObject
    output: OutputPlace
    started_at: datetime
    revision: int = 0
    try_number: int = 1
    force: bool = False
    events_of: Run | None = None
    features_step: str = FEATURES
    turn: Turn | None = None

    @property
    def about(self) -> dict[str, str]:
        """What the span of this try is about."""
        step, source = self.step, self.source
        of_run = {"workflow": step.workflow_id, "run": step.run_id, "step": str(step.instance)}
        return {**of_run, "bucket": source.bucket, "key": source.key, "kind": self.kind}

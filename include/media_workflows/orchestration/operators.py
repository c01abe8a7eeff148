"""One operator per job kind. Each runs its items on one source, in a workflow's DAG or in a hand-written one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES, features_item
from media_workflows.domain.result import SourceObject
from media_workflows.domain.step_items import parse_features, parse_items
from media_workflows.domain.step_key import NOT_MAPPED, StepKey
from media_workflows.domain.steps import GATE, UPLOAD, job_steps
from media_workflows.domain.templates import Library
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError, FieldProblem, MediaWorkflowsError
from media_workflows.orchestration.gate import QUARANTINE
from media_workflows.orchestration.links import OutputLink, RunLink
from media_workflows.orchestration.operator_arguments import (
    check_step,
    found_source,
    output_place,
    quarantine_directory,
)
from media_workflows.orchestration.operator_results import require_success, returned_outputs
from media_workflows.orchestration.supervision import end_with_supervisor
from media_workflows.settings import get_settings

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from media_workflows.execution.request import StepRequest
    from media_workflows.execution.running_step import Resources
    from media_workflows.storage.clients import Clients

_REQUIRED = ("source", "output", "items")


class MediaJobOperator(BaseOperator):
    """Fetch, process, verify, publish. Returns its outputs, see `operator_results`; the whole result is in the store.

    :param source: the object to process (templated): 's3://bucket/key', or what a sensor or another of these operators
        returned.
    :param output: the directory for outputs (templated): 's3://bucket/directory/'.
    :param items: what to make (templated): a list of items as under `jobs:` in a workflow's definition.
    :param quarantine: put before the key of every output (templated), for example 'quarantine/'.
    :param aws_conn_id: the Airflow connection for the storage (templated). Default: setting `aws_conn_id`.
    :param workflow: of a workflow's own DAG, with its `revision`: source, output and items are the workflow's.
    """

    kind: ClassVar[str]
    template_fields: Sequence[str] = ("source", "output_directory", "items", "quarantine", "aws_conn_id")
    template_fields_renderers: ClassVar[dict[str, str]] = {"items": "json"}
    operator_extra_links = (OutputLink(), RunLink())
    ui_color = "#e8f4e1"

    def __init__(
        self,
        *,
        source: Any = None,
        output: Any = None,
        items: Any = None,
        quarantine: str = "",
        aws_conn_id: str | None = None,
        workflow: Workflow | None = None,
        revision: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.output_directory = output  # `output` is Airflow's: the reference to what the task returns
        self.items = items
        self.quarantine = quarantine
        self.aws_conn_id = aws_conn_id
        self.workflow = workflow
        self.revision = revision
        self.outputs: list[dict[str, Any]] = []
        self._cancel: Any = None
        self._clients: Clients | None = None
        if workflow is None:
            self._require_arguments()
            check_step(self.task_id, self.kind, items, source, output)

    @classmethod
    def partial(cls, **kwargs: Any) -> Any:
        """As of every operator; what stands in the DAG file is checked here, too."""
        arguments = {name: kwargs.get(name) for name in _REQUIRED}
        check_step(str(kwargs.get("task_id")), cls.kind, arguments["items"], arguments["source"], arguments["output"])
        return super().partial(**kwargs)

    def _require_arguments(self) -> None:
        given = {"source": self.source, "output": self.output_directory, "items": self.items}
        self._require({name: given[name] for name in self._required()})

    @classmethod
    def _required(cls) -> Sequence[str]:
        return _REQUIRED

    def _require(self, given: Mapping[str, Any]) -> None:
        expected = "must be given, unless the operator belongs to a workflow's own DAG"
        problems = [
            FieldProblem(f"{self.task_id}.{name}", "nothing", expected)
            for name, value in given.items()
            if value is None
        ]
        if problems:
            raise DefinitionError(problems)

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Run the step. A problem of the source or the request fails at once; a passing one is retried."""
        from media_workflows.execution.run_step import run_step  # PyAV: not at DAG-parse time
        from media_workflows.execution.running_step import Resources

        end_with_supervisor()
        resources = Resources(self.clients(), self.log.info)
        self._cancel = resources.cancel.cancel
        try:
            result = run_step(self._request(context, resources), resources)
        except MediaWorkflowsError as error:
            if error.retryable:
                raise
            raise AirflowFailException(str(error)) from error
        self.outputs = returned_outputs(result)
        require_success(result)
        return self.outputs

    def clients(self) -> Clients:
        """By this operator's connection, else by the settings; made once."""
        from media_workflows.airflow_adapter.connections import airflow_clients  # boto3
        from media_workflows.storage.refusals import repeat_refused

        if self._clients is None:
            settings = get_settings()
            own = {"aws_conn_id": self.aws_conn_id} if self.aws_conn_id else {}
            self._clients = airflow_clients(settings.model_copy(update=own))
            repeat_refused(self._clients.s3, settings.access_denied_wait_s)
        return self._clients

    def _request(self, context: Context, resources: Resources) -> StepRequest:
        from media_workflows.execution.request import OutputPlace, StepRequest
        from media_workflows.notifications.outbox import Run
        from media_workflows.storage.s3 import ObjectStorage

        run, ti, workflow = context["dag_run"], context["ti"], self.workflow
        map_index = NOT_MAPPED if ti.map_index is None else ti.map_index
        if workflow is not None:
            source = SourceObject.model_validate(self.source or ti.xcom_pull(task_ids=UPLOAD))
            place = OutputPlace.of_workflow(workflow, self._quarantine(ti))
        else:
            source = found_source(ObjectStorage(resources.clients.s3), self.source)
            bucket, directory = output_place(self.output_directory)
            place = OutputPlace(bucket, directory, quarantine=quarantine_directory(self.quarantine))
        return StepRequest(
            step=StepKey(run.dag_id, run.run_id, ti.task_id, map_index),
            kind=self.kind,
            items=self._items(place.directory),
            source=source,
            output=place,
            revision=self.revision,
            try_number=ti.try_number,
            force=bool({**context["params"], **(run.conf or {})}.get("force")),
            events_of=Run(run.dag_id, run.run_id, self.revision, workflow) if workflow else None,
            features_step=self._features_step(),
        )

    def _items(self, directory: str | None) -> Sequence[JobItem[Any]]:
        """Resolved ones. Raises DefinitionError."""
        if self.workflow is not None:
            return next(step.items for step in job_steps(self.workflow.jobs) if step.id == self.task_id)
        return parse_items(self.kind, self.items, directory, _library())

    def _features_step(self) -> str:
        return FEATURES

    def _quarantine(self, ti: Any) -> str:
        """Where outputs of a workflow go instead, by the decision of the gate if this job is behind one."""
        review = self.workflow.jobs.gate if self.workflow else None
        if review is None or self.kind in (FEATURES, review.kind):
            return ""
        return review.quarantine_directory or "" if ti.xcom_pull(task_ids=GATE) == QUARANTINE else ""

    def on_kill(self) -> None:
        """Airflow ends the task: ffmpeg's process group goes with it. Called from a signal handler."""
        if self._cancel is not None:
            self._cancel()


def _library() -> Library:
    """The presets and custom templates that the store has now."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.templates import load_library

    with transaction() as session:
        return load_library(session)


class TranscodeOperator(MediaJobOperator):
    """`transcode`: other encodings of video and sound."""

    kind = "transcode"


class SnapshotByTimeOffsetOperator(MediaJobOperator):
    """`snapshot_by_time_offset`: pictures of given moments."""

    kind = "snapshot_by_time_offset"


class SampleSnapshotOperator(MediaJobOperator):
    """`sample_snapshot`: pictures at regular intervals."""

    kind = "sample_snapshot"


class ImageSpriteOperator(MediaJobOperator):
    """`image_sprite`: sheets of small pictures for seeking."""

    kind = "image_sprite"


class AnimatedGraphicOperator(MediaJobOperator):
    """`animated_graphic`: GIF and WebP."""

    kind = "animated_graphic"


class AdaptiveDynamicStreamingOperator(MediaJobOperator):
    """`adaptive_dynamic_streaming`: HLS and DASH in several renditions."""

    kind = "adaptive_dynamic_streaming"


class IntelligenceOperator(MediaJobOperator):
    """A job that decides by the features which a FeaturesOperator before it has extracted.

    :param features_task_id: that operator's task id. It must be in the same DAG, run before and not be mapped.
    """

    def __init__(self, *, features_task_id: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.features_task_id = features_task_id
        if self.workflow is None:
            self._require({"features_task_id": features_task_id})

    def _features_step(self) -> str:
        return self.features_task_id or FEATURES


class ContentReviewOperator(IntelligenceOperator):
    """`content_review`: is it fit to be published?"""

    kind = "content_review"


class RecognitionOperator(IntelligenceOperator):
    """`recognition`: text, speech and faces."""

    kind = "recognition"


class AnalysisOperator(IntelligenceOperator):
    """`analysis`: cover, tags, quality."""

    kind = "analysis"


class FeaturesOperator(MediaJobOperator):
    """Extracts, in one decode, the features that the three jobs above read.

    :param for_jobs: the items of those jobs by kind (templated), as {'content_review': [{'template': 10}]}.
    """

    kind = FEATURES
    template_fields = ("source", "output_directory", "for_jobs", "aws_conn_id")
    template_fields_renderers: ClassVar[dict[str, str]] = {"for_jobs": "json"}

    def __init__(self, *, for_jobs: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.for_jobs = for_jobs
        if self.workflow is None:
            self._require({"for_jobs": for_jobs})

    @classmethod
    def _required(cls) -> Sequence[str]:
        return ("source", "output")

    def _items(self, directory: str | None) -> Sequence[JobItem[Any]]:
        if self.workflow is not None:
            item = features_item(self.workflow.jobs)
            assert item is not None, "the DAG has this task only for jobs that read features"
            return [item]
        return [parse_features(self.for_jobs, _library())]


OPERATORS: dict[str, type[MediaJobOperator]] = {
    operator.kind: operator
    for operator in (
        TranscodeOperator,
        SnapshotByTimeOffsetOperator,
        SampleSnapshotOperator,
        ImageSpriteOperator,
        AnimatedGraphicOperator,
        AdaptiveDynamicStreamingOperator,
        ContentReviewOperator,
        RecognitionOperator,
        AnalysisOperator,
        FeaturesOperator,
    )
}

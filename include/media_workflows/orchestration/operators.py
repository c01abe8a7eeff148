"""One operator per job kind. Each runs all its kind's items of the workflow on the run's source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.steps import GATE, UPLOAD
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import JobFailedError, MediaWorkflowsError
from media_workflows.orchestration.gate import QUARANTINE

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from media_workflows.execution.task_run import TaskRun


class MediaJobOperator(BaseOperator):
    """Fetch, process, verify, publish. Returns the published keys; results are in the store."""

    kind: ClassVar[str]
    ui_color = "#e8f4e1"

    def __init__(self, *, workflow: Workflow, revision: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.workflow = workflow
        self.revision = revision
        self._cancel: Any = None

    def execute(self, context: Context) -> list[str]:
        """Run the job. A fault of the source or the request fails at once; a passing one is retried."""
        from media_workflows.execution.task_run import JobTask  # boto3, PyAV: not at DAG-parse time

        run, ti = context["dag_run"], context["ti"]
        force = bool({**context["params"], **(run.conf or {})}.get("force"))
        task = JobTask(run.dag_id, run.run_id, self.revision, self.kind, ti.try_number, force, self._quarantine(ti))
        source = SourceObject.model_validate(ti.xcom_pull(task_ids=UPLOAD))
        job = self._run_type()(task, self.workflow, source, self._clients(), self.log.info)
        self._cancel = job.cancel
        try:
            result = job.run()
        except MediaWorkflowsError as error:
            if error.retryable:
                raise
            raise AirflowFailException(str(error)) from error
        return published_keys(result)

    @staticmethod
    def _run_type() -> type[TaskRun]:
        from media_workflows.execution.job_run import JobRun

        return JobRun

    def _quarantine(self, ti: Any) -> str:
        """Where outputs go instead, by the decision of the gate if this job is behind one."""
        review = self.workflow.jobs.gate
        if review is None or self.kind in (FEATURES, review.kind):
            return ""
        return review.quarantine_directory or "" if ti.xcom_pull(task_ids=GATE) == QUARANTINE else ""

    @staticmethod
    def _clients() -> Any:
        from media_workflows.airflow_adapter.connections import airflow_clients

        return airflow_clients()

    def on_kill(self) -> None:
        """Airflow ends the task: ffmpeg's process group goes with it. Called from a signal handler."""
        if self._cancel is not None:
            self._cancel()


def published_keys(result: JobResult) -> list[str]:
    """Keys of a job's outputs. Raises JobFailedError that lists the failed items with their causes."""
    failed = [(index, item) for index, item in enumerate(result.items) if item.status == "FAIL"]
    if failed:
        causes = "\n".join(
            f"  - {result.kind}[{index}] (definition {item.definition}): {item.message}" for index, item in failed
        )
        raise AirflowFailException(str(JobFailedError(f"{len(failed)} of {len(result.items)} items failed:\n{causes}")))
    return [output.key for item in result.items for output in item.outputs if output.role in ("main", "manifest")]


class TranscodeOperator(MediaJobOperator):
    """`transcode`"""

    kind = "transcode"


class SnapshotByTimeOffsetOperator(MediaJobOperator):
    """`snapshot_by_time_offset`"""

    kind = "snapshot_by_time_offset"


class SampleSnapshotOperator(MediaJobOperator):
    """`sample_snapshot`"""

    kind = "sample_snapshot"


class ImageSpriteOperator(MediaJobOperator):
    """`image_sprite`"""

    kind = "image_sprite"


class AnimatedGraphicOperator(MediaJobOperator):
    """`animated_graphic`"""

    kind = "animated_graphic"


class AdaptiveDynamicStreamingOperator(MediaJobOperator):
    """`adaptive_dynamic_streaming`"""

    kind = "adaptive_dynamic_streaming"


class IntelligenceOperator(MediaJobOperator):
    """A job that reads the run's signals."""

    @staticmethod
    def _run_type() -> type[TaskRun]:
        from media_workflows.execution.intelligence_run import IntelligenceRun

        return IntelligenceRun


class ContentReviewOperator(IntelligenceOperator):
    """`content_review`"""

    kind = "content_review"


class RecognitionOperator(IntelligenceOperator):
    """`recognition`"""

    kind = "recognition"


class AnalysisOperator(IntelligenceOperator):
    """`analysis`"""

    kind = "analysis"


class FeaturesOperator(MediaJobOperator):
    """What the three jobs above read: the source seen and heard, once."""

    kind = FEATURES

    @staticmethod
    def _run_type() -> type[TaskRun]:
        from media_workflows.execution.features_run import FeaturesRun

        return FeaturesRun


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

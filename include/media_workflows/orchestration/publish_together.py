"""The task that makes visible, together, what the steps of a run have made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.steps import PUBLISH, UPLOAD
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import NotPublishedError, RejectedError
from media_workflows.orchestration.final_errors import final_errors
from media_workflows.orchestration.lineage import ReportsLineage
from media_workflows.orchestration.links import OutputLink, RunLink, signed_link
from media_workflows.orchestration.operator_results import returned_outputs
from media_workflows.orchestration.supervision import end_with_supervisor
from media_workflows.orchestration.workflow_step import is_final, task_clients

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from media_workflows.domain.run import Run
    from media_workflows.execution.running_step import Resources
    from media_workflows.storage.clients import Clients


class PublishTogetherOperator(ReportsLineage, BaseOperator):
    """Runs after all steps, however they ended: publishes everything, or removes it and fails.

    It is skipped, having removed everything, when an approval with no step after it was rejected. Returns the outputs
    of all steps, as they do.
    """

    operator_extra_links = (RunLink(),)
    ui_color = "#e8f4e1"

    def __init__(self, *, workflow: Workflow, revision: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.workflow = workflow
        self.revision = revision
        self.outputs: list[dict[str, Any]] = []
        self._cancel: Any = None

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """A failure that no try follows leaves nothing of the run; a passing one is retried."""
        from media_workflows.execution.running_step import Resources

        end_with_supervisor()
        resources = Resources(task_clients(), self.log.info)
        self._cancel = resources.cancel.cancel
        try:
            with final_errors():
                results = self._publish(context, resources)
        except Exception as error:
            cause = error.__cause__ if isinstance(error, AirflowFailException) else error
            if is_final(self.retry_policy, context, error):
                self._discard(context, resources, cause)
            if isinstance(cause, RejectedError):
                raise AirflowSkipException(str(error)) from error
            raise
        outputs = {result.step.step_id: returned_outputs(result) for result in results}
        self._replace_returned(context, outputs, resources.clients)
        self.outputs = [output for of_step in outputs.values() for output in of_step]
        return self.outputs

    def _publish(self, context: Context, resources: Resources) -> list[JobResult]:
        from media_workflows.execution.publish_run import publish_run, require_done
        from media_workflows.execution.request import OutputPlace, StepRequest

        ti, run = context["ti"], self._run(context)
        key = StepKey(run.workflow_id, run.run_id, self.task_id)
        states = ti.get_task_states(dag_id=run.workflow_id, run_ids=[run.run_id]).get(run.run_id, {})
        require_done(key, self.workflow, states)
        self.read = source = SourceObject.model_validate(ti.xcom_pull(task_ids=UPLOAD))
        request = StepRequest(
            step=key,
            kind=PUBLISH,
            items=(),
            source=source,
            output=OutputPlace.of_workflow(self.workflow, self.workflow.output, key),
            started_at=ti.start_date,
            revision=self.revision,
            try_number=ti.try_number,
            events_of=run,
        )
        return publish_run(self.workflow, request, resources, states)

    def _discard(self, context: Context, resources: Resources, cause: BaseException | None) -> None:
        from media_workflows.execution.publish_run import discard
        from media_workflows.storage.s3 import ObjectStorage

        run, storage = self._run(context), ObjectStorage(resources.clients.s3)
        if not isinstance(cause, NotPublishedError):
            cause = NotPublishedError("nothing of this run is published: {cause}", cause=cause)
        discard(StepKey(run.workflow_id, run.run_id, self.task_id), run, storage, cause, self.log.info)

    def _run(self, context: Context) -> Run:
        from media_workflows.domain.run import Run

        run = context["dag_run"]
        return Run(run.dag_id, run.run_id, self.revision, self.workflow)

    def _replace_returned(
        self, context: Context, outputs: Mapping[str, Sequence[Mapping[str, Any]]], clients: Clients
    ) -> None:
        """What the tasks of the steps returned, and their links, name places that are empty by now."""
        from airflow.sdk.execution_time.xcom import XCom

        run = context["dag_run"]
        for step_id, of_step in ((step_id, of_step) for step_id, of_step in outputs.items() if of_step):
            place = {"dag_id": run.dag_id, "run_id": run.run_id, "task_id": step_id}
            XCom.set(XCom.XCOM_RETURN_KEY, of_step, **place)
            XCom.set(OutputLink.xcom_key, signed_link(clients, of_step), **place)

    def on_kill(self) -> None:
        """Airflow ends the task. Called from a signal handler."""
        if self._cancel is not None:
            self._cancel()

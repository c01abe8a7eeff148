"""Late add-ons inside Airflow: a task that joins one into ladders, and a trigger that waits for their runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from media_workflows.domain.step_key import StepKey
from media_workflows.errors import MediaWorkflowsError
from media_workflows.orchestration.final_errors import final_errors
from media_workflows.orchestration.ingest import ACTIVE_STATES
from media_workflows.orchestration.supervision import end_with_supervisor
from media_workflows.orchestration.workflow_step import is_final, task_clients, task_resources

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from media_workflows.execution.late_sidecar import JoinRequest

CHECK_INTERVAL_S = 5.0


class RunsEndedTrigger(BaseTrigger):
    """Fires when none of these runs of a workflow is queued or running."""

    def __init__(self, workflow_id: str, run_ids: list[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.workflow_id = workflow_id
        self.run_ids = run_ids

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments, for the triggerer."""
        arguments = {"workflow_id": self.workflow_id, "run_ids": self.run_ids}
        return f"{type(self).__module__}.{type(self).__qualname__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield once."""
        from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

        count = sync_to_async(RuntimeTaskInstance.get_dr_count, thread_sensitive=False)
        while await count(self.workflow_id, run_ids=self.run_ids, states=list(ACTIVE_STATES)):
            await asyncio.sleep(CHECK_INTERVAL_S)
        yield TriggerEvent({})


class JoinSidecarOperator(BaseOperator):
    """Joins the object that the run's conf names into the ladders of a workflow, after the runs that make these.

    Returns the manifests that it rewrote.
    """

    def execute(self, context: Context) -> list[str]:
        """Wait for runs in progress in the triggerer, in no worker slot."""
        from media_workflows.execution.late_sidecar import unfinished_runs

        request = self._request(context)
        waits_for = unfinished_runs(request)
        if waits_for and context["ti"].get_dr_count(request.workflow_id, run_ids=waits_for, states=list(ACTIVE_STATES)):
            self.log.info("waiting for the end of %s", ", ".join(waits_for))
            self.defer(trigger=RunsEndedTrigger(request.workflow_id, waits_for), method_name="resume")
        return self._join(context, request)

    def resume(self, context: Context, event: dict[str, Any]) -> list[str]:
        """The runs have ended. Airflow's database holds this name."""
        return self._join(context, self._request(context))

    def _join(self, context: Context, request: JoinRequest) -> list[str]:
        """A failure that no try follows is an event, and shown with the upload."""
        from media_workflows.execution.late_failure import note_joined, report_failed_join
        from media_workflows.execution.late_sidecar import join_sidecar

        end_with_supervisor()
        try:
            with final_errors():
                manifests = join_sidecar(request, task_resources(task_clients(), self.log.info))
        except Exception as error:
            if is_final(self.retry_policy, context, error):
                cause = error.__cause__ if isinstance(error.__cause__, MediaWorkflowsError) else error
                events = report_failed_join(request, cause)
                self.log.info("events in the outbox: %s", ", ".join(events) or "none, as no run has made a ladder")
            raise
        note_joined(request)
        return manifests

    @staticmethod
    def _request(context: Context) -> JoinRequest:
        from media_workflows.execution.late_sidecar import JoinRequest

        run, conf = context["dag_run"], context["dag_run"].conf or {}
        step = StepKey(run.dag_id, run.run_id, context["ti"].task_id)
        return JoinRequest(conf["bucket"], conf["key"], conf["workflow_id"], step)

"""The final task: closes the run's record and hands its event to the sender, whatever happened before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from media_workflows.domain.missing_results import cause_of, without_result
from media_workflows.domain.result import JobResult
from media_workflows.domain.steps import job_steps, runs_after_failures, steps_of
from media_workflows.domain.workflow import Workflow

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context


class NotifyOperator(BaseOperator):
    """Writes the run's event to the outbox, from where `media_events` sends it: no receiver holds a worker.

    It is the DAG's teardown: it runs after failures too, and its own failure is visible as a
    failed task without changing the run's state. Returns the event's id.
    """

    ui_color = "#f9f0dc"

    def __init__(self, *, workflow: Workflow, revision: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.workflow = workflow
        self.revision = revision

    def execute(self, context: Context) -> str:
        """Store the event with a delivery for each target."""
        from media_workflows.notifications.outbox import Run, store_finish

        run = context["dag_run"]
        states = context["ti"].get_task_states(dag_id=run.dag_id, run_ids=[run.run_id]).get(run.run_id, {})
        unfinished = self._unfinished(context, states)
        event = store_finish(Run(run.dag_id, run.run_id, self.revision, self.workflow), unfinished)
        self.log.info("event %s is in the outbox; its deliveries: media-workflows events show %s", event.id, event.id)
        self._fail_with_steps(states)
        return event.id

    def _fail_with_steps(self, states: Mapping[str, Any]) -> None:
        """Fail the run of a graph in which a step failed that had to succeed, although others ran after it."""
        failed = [step.id for step in steps_of(self.workflow) if states.get(step.id) == "failed"]
        if failed and runs_after_failures(self.workflow):
            raise AirflowFailException(f"the run fails, as these steps failed: {', '.join(failed)}")

    def _unfinished(self, context: Context, states: Mapping[str, Any]) -> list[JobResult]:
        """Failed results for job tasks that ended without leaving one (killed, cancelled, or upstream failed).

        In a graph, a skipped step is none of them, unless the run was cancelled.
        """
        from media_workflows.store.engine import transaction
        from media_workflows.store.runs import cancellation, get_run

        run = context["dag_run"]
        with transaction() as session:
            cancelled = cancellation(session, run.dag_id, run.run_id)
            record = get_run(session, run.dag_id, run.run_id)
        done = ("success",) if self.workflow.jobs or cancelled else ("success", "skipped")
        cause = cause_of(record.jobs if record else ())
        return [
            without_result(step, str(states.get(step.id, "none")), cancelled.by if cancelled else None, cause)
            for step in job_steps(self.workflow)
            if states.get(step.id) not in done
        ]

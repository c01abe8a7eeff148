"""The final task: closes the run's record and hands its event to the sender, whatever happened before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from media_workflows.domain.missing_results import cause_of, without_result
from media_workflows.domain.reruns import skipped_by_rule
from media_workflows.domain.result import JobResult
from media_workflows.domain.steps import job_steps, runs_after_failures, steps_of
from media_workflows.domain.workflow import Workflow
from media_workflows.orchestration.assets import emit_asset_event
from media_workflows.orchestration.workflow_step import run_of

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from media_workflows.domain.run import Run


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
        run, states = run_of(context, self.workflow, self.revision), task_states(context)
        event_id = store_end(run, states, self.log)
        failed = [step.id for step in steps_of(self.workflow) if states.get(step.id) == "failed"]
        if failed and runs_after_failures(self.workflow):  # others ran after it, so Airflow would call it a success
            raise AirflowFailException(f"the run fails, as these steps failed: {', '.join(failed)}")
        emit_asset_event(self, context, run, states)
        return event_id


def task_states(context: Context) -> dict[str, Any]:
    """The states of the tasks of this run, by id."""
    run = context["dag_run"]
    return dict(context["ti"].get_task_states(dag_id=run.dag_id, run_ids=[run.run_id]).get(run.run_id, {}))


def store_end(run: Run, states: Mapping[str, Any], log: Any) -> str:
    """Store the event of a run whose steps ended so, with a delivery for each target; returns its id."""
    from media_workflows.notifications.outbox import store_finish

    event = store_finish(run, unfinished_jobs(run, states))
    log.info("the event is in the outbox; its deliveries: media-workflows events show", event_id=event.id)
    return event.id


def unfinished_jobs(run: Run, states: Mapping[str, Any]) -> list[JobResult]:
    """Failed results for jobs that ended without one: killed, cancelled, upstream failed, or marked in Airflow.

    A step that the workflow's rules skipped is none of them, unless the run was cancelled.
    """
    from media_workflows.store.decisions import skipping_decisions
    from media_workflows.store.engine import transaction
    from media_workflows.store.runs import cancellation, get_run

    with transaction() as session:
        cancelled = cancellation(session, run.workflow_id, run.run_id)
        record = get_run(session, run.workflow_id, run.run_id)
        decided = skipping_decisions(session, run.workflow_id, run.run_id)
    jobs = record.jobs if record else ()
    done = {job.step.step_id for job in jobs if states.get(job.step.step_id) == "success"}
    done |= set() if cancelled else skipped_by_rule(steps_of(run.workflow), states, decided)
    return [
        without_result(step, str(states.get(step.id, "none")), cancelled.by if cancelled else None, cause_of(jobs))
        for step in job_steps(run.workflow)
        if step.id not in done
    ]

"""Cancels and retries runs through Airflow's own models, as Airflow's API does.

Works where Airflow allows its ORM: the api-server and the command line.
"""

from __future__ import annotations

from contextlib import suppress

from media_workflows.airflow_adapter.dag_state import airflow_session, run_row
from media_workflows.airflow_adapter.run_tasks import clear, fail_unfinished, failed_run_ids
from media_workflows.domain.process_runs import PROCESS, STEPS
from media_workflows.domain.removed_source import removed_source
from media_workflows.domain.reruns import EndedRun, steps_to_rerun, steps_to_retry
from media_workflows.domain.steps import NOTIFY, UPLOAD
from media_workflows.errors import ConflictError, NotPublishedError
from media_workflows.store import runs as store
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.decisions import forget_decisions, skipping_decisions
from media_workflows.store.engine import transaction
from media_workflows.store.run_copies import UNFINISHED
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import get_workflow, resolved_at


def cancel_run(workflow_id: str, run_id: str, author: str) -> None:
    """End a run as failed: workers stop ffmpeg at their next heartbeat, and the notify task still sends the event.

    Raises NotFoundError, and ConflictError for a run that has ended.
    """
    with airflow_session() as session:
        run = run_row(session, workflow_id, run_id, lock=True)
        if run.state not in UNFINISHED:
            raise ConflictError("run '{run_id}' has ended: there is nothing to cancel", run_id=run_id)
        with transaction() as store_session:  # first, so that no job publishes after Airflow shows the run as failed
            store.record_cancellation(store_session, workflow_id, run_id, author)
        fail_unfinished(run, session)


def retry_run(workflow_id: str, run_id: str, *, force: bool = False, step: str = "") -> list[str]:
    """Clear tasks of a run, so that Airflow runs them again; returns their ids.

    They are its failed tasks, in a graph of steps with all that depend on them, or `step` and what depends on it; and
    notify. `force` disables the reuse of earlier outputs. Raises NotFoundError, also for a deleted workflow, and
    ConflictError for a run that has not ended or has no failed task.
    """
    with transaction() as session:
        if workflow_id != PROCESS:
            get_workflow(session, workflow_id)
    with airflow_session() as session:
        run = run_row(session, workflow_id, run_id, lock=True)
        if run.state in UNFINISHED:
            raise ConflictError("run '{run_id}' has not ended: wait for its end, or cancel it", run_id=run_id)
        tasks = run.get_task_instances(session=session)
        states = {task.task_id: task.state for task in tasks}
        begin = _requested_tasks(states, step) if workflow_id == PROCESS else _begin(workflow_id, run_id, states, step)
        if not begin:
            raise ConflictError("no task of run '{run_id}' failed: there is nothing to retry", run_id=run_id)
        run.conf = {**(run.conf or {}), "force": force}
        cleared_at = utcnow()
        clear([task for task in tasks if task.task_id in {*begin, NOTIFY}], session)
    with transaction() as session:
        store.forget_cancellation(session, workflow_id, run_id, utcnow())
        forget_decisions(session, workflow_id, run_id, begin, cleared_at)
    return begin


def _begin(workflow_id: str, run_id: str, states: dict[str, str | None], step: str) -> list[str]:
    ended = _ended_run(workflow_id, run_id, states)
    return steps_to_rerun(ended, step) if step else steps_to_retry(ended)


def _requested_tasks(states: dict[str, str | None], step: str) -> list[str]:
    """The tasks to clear of a run of ad-hoc processing. Raises ConflictError for a single step: all are one task."""
    if step:
        raise ConflictError(
            "the steps of ad-hoc processing are one task, so step '{step}' cannot run alone: retry the run, which "
            "keeps the steps that succeeded, or make another request",
            step=step,
        )
    return [id_ for id_ in (UPLOAD, STEPS) if states.get(id_) != "success"]


def _ended_run(workflow_id: str, run_id: str, states: dict[str, str | None]) -> EndedRun:
    with transaction() as session:
        record = store.get_run(session, workflow_id, run_id)
        actions = actions_of_run(session, workflow_id, run_id)
        codes = [(job.step.step_id, item.code) for job in (record.jobs if record else ()) for item in job.items]
        codes += [(id_, action.code) for id_, action in actions.items()]
        return EndedRun(
            run_id=run_id,
            workflow=resolved_at(session, workflow_id, record.revision if record else None),
            states=states,
            failed_results={
                job.step.step_id
                for job in (record.jobs if record else ())
                if any(item.status == "FAIL" for item in job.items)
            }
            | {id_ for id_, action in actions.items() if action.failed},
            decided=skipping_decisions(session, workflow_id, run_id),
            removed={id_ for id_, code in codes if code == NotPublishedError.code},
            source_removed=removed_source(record.source if record else None, actions.values()),
        )


def retry_failed_runs(workflow_id: str, *, force: bool = False) -> list[str]:
    """Retry all failed runs of a workflow, the oldest first; returns their ids. Raises NotFoundError.

    A run without failed tasks (marked failed by hand), or one already retried by another request, is skipped.
    """
    with transaction() as session:
        get_workflow(session, workflow_id)
    retried = []
    for run_id in failed_run_ids(workflow_id):
        with suppress(ConflictError):
            retry_run(workflow_id, run_id, force=force)
            retried.append(run_id)
    return retried

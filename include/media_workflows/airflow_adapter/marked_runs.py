"""What a user marks as failed in Airflow ends as our cancel ends it.

Airflow sets the running tasks of a run that is marked as failed to failed, and those that wait to skipped. `notify`, a
teardown, still runs, and the run's state is that of its last tasks: a run whose last tasks were all skipped would be a
success.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from media_workflows.airflow_adapter.dag_file import BUNDLE_NAME
from media_workflows.airflow_adapter.run_tasks import fail_unfinished
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.reruns import skipped_by_rule
from media_workflows.domain.steps import PUBLISH, steps_of
from media_workflows.store.decisions import skipping_decisions
from media_workflows.store.engine import transaction
from media_workflows.store.run_copies import UNFINISHED
from media_workflows.store.runs import get_run
from media_workflows.store.workflows import resolved_at

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun


def end_marked_run(run: DagRun) -> None:
    """Fail the tasks that Airflow has skipped of a run just marked as failed, in the transaction that marks it.

    The task that publishes together runs, and removes what is not published. A run that has ended, or is not ours, is
    left alone.
    """
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy.orm import object_session

    session = object_session(run)
    if session is None or run.state not in UNFINISHED or not _is_ours(run):
        return
    tasks = {task.task_id: task for task in run.get_task_instances(session=session)}
    by_rule = _skipped_by_rule(run, {id_: task.state for id_, task in tasks.items()})
    for id_, task in tasks.items():
        if task.state == TaskInstanceState.SKIPPED and id_ not in by_rule:
            task.set_state(None if id_ == PUBLISH else TaskInstanceState.FAILED, session=session)
    fail_unfinished(run, session)


def _is_ours(run: DagRun) -> bool:
    return run.dag_id == PROCESS or (run.dag_model is not None and run.dag_model.bundle_name == BUNDLE_NAME)


def _skipped_by_rule(run: DagRun, states: Mapping[str, str | None]) -> set[str]:
    """The tasks that were skipped before, as the workflow says."""
    if run.dag_id == PROCESS:
        return set()
    with transaction() as session:
        record = get_run(session, run.dag_id, run.run_id)
        workflow = resolved_at(session, run.dag_id, record.revision if record else None)
        decided = skipping_decisions(session, run.dag_id, run.run_id)
    return skipped_by_rule(steps_of(workflow), states, decided)

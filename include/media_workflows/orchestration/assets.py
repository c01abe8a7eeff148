"""The Airflow asset of a workflow, and its events.

`notify` has the outlet, in workflows with `airflow.asset_events`. Airflow registers the events of a task when a worker
reports its success, so this task must end in a worker: one that ends in the triggerer has no events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

from media_workflows.domain.asset_event import asset_event_extra, asset_uri

if TYPE_CHECKING:
    from airflow.sdk.bases.operator import BaseOperator
    from airflow.sdk.definitions.context import Context

    from media_workflows.domain.run import Run

_NOT_FAILED = frozenset({"success", "skipped", "running"})  # running: notify itself


def workflow_asset(workflow_id: str) -> Asset:
    """The asset, by its URI alone: a DAG of a user that names the URI means the same one."""
    return Asset(uri=asset_uri(workflow_id))


def emit_asset_event(operator: BaseOperator, context: Context, run: Run, states: Mapping[str, Any]) -> None:
    """Make a run that succeeded an event, with the run's id as its partition key; one that did not has none.

    Airflow would merge events without a key that are close together into one run of the DAG that waits for them.
    `states` are those of the run's tasks, by id.
    """
    if not operator.outlets:
        return
    failed = sorted(task for task, state in states.items() if str(state) not in _NOT_FAILED)
    if failed or states.get("upload") != "success":
        operator.outlets = []  # Airflow would add an event of its own for an outlet without one
        operator.log.info("no asset event: not all tasks of the run succeeded (%s)", ", ".join(failed) or "no upload")
        return
    event = context["outlet_events"][workflow_asset(run.workflow_id)]
    event.extra.update(_extra(run))
    event.add_partitions(run.run_id)


def _extra(run: Run) -> dict[str, Any]:
    from media_workflows.store.engine import transaction
    from media_workflows.store.runs import get_run

    with transaction() as session:
        record = get_run(session, run.workflow_id, run.run_id)
    source, jobs = (record.source, record.jobs) if record else (None, ())
    return asset_event_extra(run.workflow_id, run.workflow.name, run.run_id, source, jobs)

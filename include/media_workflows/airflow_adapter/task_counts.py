"""How many tasks wait and run, by pool and queue: the depth of the queues of encodes.

Works where Airflow allows its ORM: the api-server and the command line.
"""

from __future__ import annotations

from collections.abc import Collection

from media_workflows.airflow_adapter.dag_state import airflow_session
from media_workflows.store.engine import one_of

_ACTIVE = ("scheduled", "queued", "running")


def task_counts(workflow_ids: Collection[str]) -> list[tuple[str, str, str, int]]:
    """(pool, queue, state, count) of the tasks of these workflows that wait for a slot or a worker, or run."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import func, select

    columns = (TaskInstance.pool, TaskInstance.queue, TaskInstance.state)
    query = select(*columns, func.count()).where(TaskInstance.state.in_(_ACTIVE))
    query = query.where(one_of(TaskInstance.dag_id, workflow_ids)).group_by(*columns)
    with airflow_session() as session:
        return [(pool, queue or "", str(state), count) for pool, queue, state, count in session.execute(query)]

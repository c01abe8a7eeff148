"""`AdoptingLocalExecutor`: Airflow's LocalExecutor that keeps the tasks which live, whatever the scheduler's own state.

A scheduler takes over the tasks of schedulers whose heartbeat is old. On an overloaded machine that is its own, too:
it writes the heartbeat once per loop. Airflow's LocalExecutor adopts nothing, so that every task is reset and runs
again beside itself, which is more load.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from airflow.configuration import conf
from airflow.executors.local_executor import LocalExecutor
from airflow.utils.state import TaskInstanceState

if TYPE_CHECKING:
    from airflow.models.taskinstance import TaskInstance


class AdoptingLocalExecutor(LocalExecutor):
    """Adopts its own tasks, and those that an earlier scheduler left and whose workers still send heartbeats.

    Airflow watches the heartbeats of adopted tasks as of all others.
    """

    def try_adopt_task_instances(self, tis: Sequence[TaskInstance]) -> Sequence[TaskInstance]:
        """The tasks that do not live: the scheduler resets them."""
        return [ti for ti in tis if not (self.has_task(ti) or _sends_heartbeats(ti))]


def _sends_heartbeats(ti: TaskInstance) -> bool:
    """Whether a worker runs the task: a dead one's last heartbeat is as old as the scheduler's, a live one's is not."""
    if ti.state != TaskInstanceState.RUNNING or ti.last_heartbeat_at is None:
        return False
    recent = timedelta(seconds=conf.getint("scheduler", "task_instance_heartbeat_timeout") / 2)
    return datetime.now(UTC) - ti.last_heartbeat_at < recent

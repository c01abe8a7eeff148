"""The priority of workflows' tasks: those of backfills come after all others, those of requests have the request's.

Those that help to encode a long rendition have that of the task which they help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.task.priority_strategy import PriorityWeightStrategy

from media_workflows.domain.candidates import BACKFILL_RUN
from media_workflows.domain.process_runs import PROCESS_RUN, priority_weight
from media_workflows.domain.split import SPLIT_RUN, helper_weight

if TYPE_CHECKING:
    from airflow.models.taskinstance import TaskInstance

BELOW_ALL_UPLOADS = 21  # weights of tasks are 1 to 21: a workflow's priority, from -10 to 10


class UploadsFirst(PriorityWeightStrategy):
    """The task's own weight, lowered below every upload's in a run of a backfill; that of the request in its runs."""

    def get_weight(self, ti: TaskInstance) -> int:
        """The weight of a task of one run."""
        return weight_of(ti.run_id, int(ti.task.priority_weight) if ti.task else 1)


def weight_of(run_id: str, task_weight: int) -> int:
    """The weight of a task with its own weight in a run."""
    if run_id.startswith(PROCESS_RUN):
        return priority_weight(run_id)
    if run_id.startswith(SPLIT_RUN):
        return helper_weight(run_id)
    return task_weight - BELOW_ALL_UPLOADS if run_id.startswith(BACKFILL_RUN) else task_weight

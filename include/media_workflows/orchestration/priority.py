"""The priority of workflows' tasks: those of backfills come after all others, those of requests have the request's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.task.priority_strategy import PriorityWeightStrategy

from media_workflows.domain.candidates import BACKFILL_RUN
from media_workflows.domain.process_runs import PROCESS_RUN, priority_weight

if TYPE_CHECKING:
    from airflow.models.taskinstance import TaskInstance

BELOW_ALL_UPLOADS = 21  # weights of tasks are 1 to 21: a workflow's priority, from -10 to 10


class UploadsFirst(PriorityWeightStrategy):
    """The task's own weight, lowered below every upload's in a run of a backfill; that of the request in its runs."""

    def get_weight(self, ti: TaskInstance) -> int:
        """The weight of a task of one run."""
        if ti.run_id.startswith(PROCESS_RUN):
            return priority_weight(ti.run_id)
        weight = int(ti.task.priority_weight) if ti.task else 1
        return weight - BELOW_ALL_UPLOADS if ti.run_id.startswith(BACKFILL_RUN) else weight

"""Long renditions on several workers: runs of the DAG `media_split` help a step's own task to encode its chunks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator

from media_workflows.domain.split import SPLIT_DAG, helper_run_id
from media_workflows.orchestration.final_errors import final_errors
from media_workflows.orchestration.priority import weight_of
from media_workflows.orchestration.supervision import end_with_supervisor
from media_workflows.orchestration.workflow_step import task_clients

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context


def worker_name() -> str:
    """The name of this machine, as Airflow has it in its task instances."""
    from airflow.utils.net import get_hostname

    return str(get_hostname())


def helper_starter(
    operator: BaseOperator, context: Context, aws_conn_id: str | None = None
) -> Callable[[int, int], None]:
    """Starts so many helpers of a split, with the priority of the task that it is called in."""

    def start(split_id: int, count: int) -> None:
        from media_workflows.orchestration.ingest import TaskSdkRunStarter

        starter, try_number = TaskSdkRunStarter(context), context["ti"].try_number
        weight = weight_of(context["dag_run"].run_id, int(operator.priority_weight))
        conf = {"split": split_id, "aws_conn_id": aws_conn_id}
        for number in range(count):
            starter.start_run(SPLIT_DAG, helper_run_id(split_id, f"{try_number}.{number}", weight), conf)
        operator.log.info("started %d runs of %s, which help as soon as a slot is free", count, SPLIT_DAG)

    return start


class EncodeChunksOperator(BaseOperator):
    """Encodes chunks of the split that the run's conf names, until none is free; returns how many."""

    ui_color = "#e8f4e1"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._cancel: Any = None

    def execute(self, context: Context) -> int:
        """A retry takes other chunks: those of an ended try are free again."""
        from media_workflows.execution.running_step import Resources
        from media_workflows.execution.split.helper import help_split  # PyAV: not at DAG-parse time

        conf = context["dag_run"].conf or {}
        end_with_supervisor()
        with final_errors():
            resources = Resources(task_clients(conf.get("aws_conn_id")), self.log.info, worker=worker_name())
            self._cancel = resources.cancel.cancel
            return help_split(int(conf["split"]), resources)

    def on_kill(self) -> None:
        """Called from a signal handler."""
        if self._cancel is not None:
            self._cancel()

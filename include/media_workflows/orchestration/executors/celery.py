"""Airflow's CeleryExecutor for a broker that may be away, or come back without its messages.

Airflow's own looks at no message that it has sent. A task whose message is lost, with an emptied broker or with the
worker that had taken it, is queued until `[scheduler] task_queued_timeout`; and a task that cannot be sent uses up a
retry. A short timeout would do harm: it is also the life of the token in the message, so a task that waits longer for a
worker, as under load, could not start.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.configuration import conf
from airflow.models.taskinstance import TaskInstance
from airflow.providers.celery.executors.celery_executor import CeleryExecutor
from airflow.sdk import timezone
from airflow.sdk.exceptions import AirflowTaskTimeout
from airflow.utils.session import create_session
from airflow.utils.state import TaskInstanceState
from kombu.exceptions import OperationalError
from sqlalchemy import select, update

from media_workflows.orchestration.executors.broker_queues import BrokerQueues

if TYPE_CHECKING:
    from uuid import UUID

CHECK_INTERVAL_S = 5.0
LOST_AFTER_S = 30.0  # from taking a message a worker needs a moment, under load a longer one, to report a running task
_BROKER_ERRORS = (OperationalError, AirflowTaskTimeout)


class MediaCeleryExecutor(CeleryExecutor):
    """CeleryExecutor that keeps what it could not send, and has lost tasks queued again.

    A task is lost when it is queued for Airflow and its message has not waited in its queue for LOST_AFTER_S. It is
    marked as overdue, and Airflow's own check for such tasks queues it again, without using a retry. A message that
    turns up after all finds its task running, and the worker ignores it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
        self._queues = BrokerQueues(self.celery_app)
        self._missing = Missing()
        self._next_check = 0.0

    def _send_workloads_to_celery(self, workloads: Sequence[Any]) -> list[Any]:
        """What was sent, or failed for a reason of its own; the rest stays in line for the next heartbeat."""
        results: list[Any] = []
        for part in (workloads[:1], workloads[1:]):  # each failure takes its time, so one task tries first
            if part and not _away(results):
                results += super()._send_workloads_to_celery(part)
        if away := _away(results):
            self.log.warning("tasks that wait for the broker: %d; %s", len(workloads), away[0][2].exception)
        return [result for result in results if result not in away]

    def sync(self) -> None:
        """Update the states of what runs, and look for lost tasks when it is time."""
        super().sync()
        if not self._queues.readable or time.monotonic() < self._next_check:
            return
        self._next_check = time.monotonic() + CHECK_INTERVAL_S
        try:
            self._requeue_lost()
        except _BROKER_ERRORS as error:
            self.log.warning("the broker does not answer, lost tasks are looked for later: %s", error)

    def _requeue_lost(self) -> None:
        queued = self._queued()
        waiting = self._queues.waiting({queue for _, queue in queued.values() if queue}) if queued else frozenset()
        missing = [(task, message) for task, (message, _) in queued.items() if message not in waiting]
        if lost := self._missing.for_longer_than(LOST_AFTER_S, missing):
            self.log.warning("queueing tasks again whose messages are lost: %d", len(lost))
            _mark_overdue([task for task, _ in lost])

    def _queued(self) -> dict[UUID, tuple[str | None, str | None]]:
        """Message id and queue of each task that this scheduler has sent and no worker has reported as running."""
        own = (TaskInstance.state == TaskInstanceState.QUEUED, TaskInstance.queued_by_job_id == self.job_id)
        with create_session() as session:
            tasks = session.scalars(select(TaskInstance).where(*own)).all()
            return {ti.id: (ti.external_executor_id, ti.queue) for ti in tasks if ti.key not in self.queued_tasks}


def _away(results: Iterable[Any]) -> list[Any]:
    """The results of sending that failed because the broker did not answer."""
    return [result for result in results if isinstance(getattr(result[2], "exception", None), _BROKER_ERRORS)]


def _mark_overdue(tasks: Sequence[UUID]) -> None:
    """Make queued tasks older than Airflow's timeout for them."""
    long_ago = timezone.utcnow() - timedelta(seconds=conf.getfloat("scheduler", "task_queued_timeout") + 1)
    queued = (TaskInstance.id.in_(tasks), TaskInstance.state == TaskInstanceState.QUEUED)
    with create_session() as session:
        session.execute(update(TaskInstance).where(*queued).values(queued_dttm=long_ago))


class Missing:
    """Since when messages are missing, over one look at the broker and the next."""

    def __init__(self) -> None:
        self._since: dict[Any, float] = {}

    def for_longer_than(self, seconds: float, missing: Iterable[Any]) -> list[Any]:
        """Those of `missing` that have been so in every look for `seconds`."""
        now = time.monotonic()
        self._since = {each: self._since.get(each, now) for each in missing}
        return [each for each, since in self._since.items() if now - since >= seconds]

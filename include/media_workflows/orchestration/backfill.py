"""Backfills inside Airflow: a trigger that watches them, a task that counts objects and creates runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from media_workflows.airflow_adapter.connections import airflow_clients
from media_workflows.ingest.backfill import BackfillRound
from media_workflows.orchestration.ingest import ACTIVE_STATES, ROUNDS_PER_RUN, TaskSdkRunStarter
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import backfill_objects, backfills
from media_workflows.store.engine import get_engine, transaction

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

CHECK_INTERVAL_S = 2.0
ROUND_S = 60.0  # then the task defers, so that its log shows how far it is


class BackfillTrigger(BaseTrigger):
    """Fires when a backfill has something to do: objects to count, a run to start, or a run that has ended."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments, for the triggerer."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield once."""
        while not await self._is_due():
            await asyncio.sleep(CHECK_INTERVAL_S)
        yield TriggerEvent({})

    async def _is_due(self) -> bool:
        """A database that does not answer only delays the backfills."""
        try:
            is_due, runs = await asyncio.to_thread(_look)
            return is_due or any([await _some_ended(workflow_id, run_ids) for workflow_id, run_ids in runs])
        except Exception as error:
            self.log.error("backfills cannot be checked; trying again: %s", error)
            return False


def _look() -> tuple[bool, list[tuple[str, list[str]]]]:
    """Whether a backfill has something to do, and for each the ids of its runs in progress."""
    with transaction() as session:
        watched = backfills.watched(session)
        started = [(one.workflow_id, backfill_objects.started_runs(session, one.id)) for one in watched]
    return any(one.is_due for one in watched), [(id_, list(runs.values())) for id_, runs in started if runs]


async def _some_ended(workflow_id: str, run_ids: list[str]) -> bool:
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    count = sync_to_async(RuntimeTaskInstance.get_dr_count, thread_sensitive=False)
    return await count(workflow_id, run_ids=run_ids, states=list(ACTIVE_STATES)) < len(run_ids)


class BackfillOperator(BaseOperator):
    """Defers to the trigger, advances all backfills, and defers again."""

    def execute(self, context: Context) -> None:
        """Begin watching."""
        self._watch(rounds=0)

    def advance(self, context: Context, event: dict[str, Any], rounds: int) -> None:
        """Count, start and note what is due. Airflow's database holds this name."""
        storage = ObjectStorage(airflow_clients().s3)
        BackfillRound(storage, get_engine(), TaskSdkRunStarter(context)).repeat(ROUND_S)
        if rounds < ROUNDS_PER_RUN:
            self._watch(rounds + 1)

    def _watch(self, rounds: int) -> None:
        self.defer(trigger=BackfillTrigger(), method_name="advance", kwargs={"rounds": rounds})

"""The sender inside Airflow: a trigger, so that waiting for receivers holds no worker slot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from media_workflows.airflow_adapter.connections import airflow_clients, receiver_credentials
from media_workflows.notifications.sender import Sender
from media_workflows.settings import get_settings
from media_workflows.store.engine import get_engine

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

TERM_S = 6 * 3600.0  # then the task ends and @continuous starts a fresh run with a fresh log


class SendEventsTrigger(BaseTrigger):
    """Sends events for `term_s` seconds, then fires."""

    def __init__(self, term_s: float = TERM_S) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.term_s = term_s

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments, for the triggerer."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"term_s": self.term_s}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield once, at the end of the term."""
        settings = get_settings()
        clients = await sync_to_async(airflow_clients, thread_sensitive=False)(settings)
        engine = await sync_to_async(get_engine, thread_sensitive=False)()
        try:
            async with asyncio.timeout(self.term_s):
                await Sender(clients, receiver_credentials, settings, engine).run()
        except TimeoutError:
            yield TriggerEvent({})


class SendEventsOperator(BaseOperator):
    """Defers to the trigger; ends with its term."""

    def execute(self, context: Context) -> None:
        """Start sending."""
        self.defer(trigger=SendEventsTrigger(), method_name="end_term")

    def end_term(self, context: Context, event: dict[str, Any]) -> None:
        """End the task; the next run of the DAG continues."""

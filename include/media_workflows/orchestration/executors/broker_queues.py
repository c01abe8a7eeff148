"""What waits in the broker's queues."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from airflow.providers.celery.executors.celery_executor_utils import OPERATION_TIMEOUT
from airflow.sdk.execution_time.timeout import timeout
from kombu.exceptions import OperationalError

READABLE = "redis"  # kombu's name of Redis and Valkey; other brokers do not show their messages


class BrokerQueues:
    """The queues of a Celery app's broker."""

    def __init__(self, celery_app: Any) -> None:
        self._app = celery_app

    @cached_property
    def readable(self) -> bool:
        """Whether this kind of broker shows the messages that wait."""
        return bool(self._app.connection_for_read().get_transport_cls().driver_type == READABLE)

    def waiting(self, queues: Iterable[str]) -> frozenset[str]:
        """Ids of the messages that wait in these queues. Raises OperationalError, AirflowTaskTimeout."""
        with timeout(seconds=OPERATION_TIMEOUT), self._app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)
            try:
                messages = _messages(connection.channel(), queues)
            except connection.connection_errors as error:
                raise OperationalError(str(error)) from error
        return frozenset(json.loads(message)["headers"]["id"] for message in messages)


def _messages(channel: Any, queues: Iterable[str]) -> list[bytes]:
    """A queue is a list for each priority."""
    keys = {channel._q_for_pri(queue, step) for queue in queues for step in channel.priority_steps}
    return [message for key in keys for message in channel.client.lrange(f"{channel.global_keyprefix}{key}", 0, -1)]

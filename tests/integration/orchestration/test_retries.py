"""The retry policy of a workflow's tasks, as Airflow evaluates it: failures count, lost tries do not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from airflow.sdk.definitions.retry_policy import RetryAction
from airflow.sdk.execution_time.task_runner import _evaluate_retry_policy
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from media_workflows.orchestration.retries import retry_arguments
from media_workflows.orchestration.workflow_step import is_final
from media_workflows.settings import Settings

STORAGE_DOWN = RuntimeError("the storage is down")


class _StateStore(dict[str, Any]):
    """As `context["task_state_store"]`: it outlives a try."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


class _Task:
    def __init__(self, retries: int) -> None:
        self.arguments = retry_arguments(retries, Settings(lost_tries=5))
        self.context: Any = {"task_state_store": _StateStore(), "ti": self}
        self.max_tries = self.arguments["retries"]

    def fails(self, try_number: int, error: Exception = STORAGE_DOWN) -> RetryAction:
        """What Airflow decides when this try raises an exception."""
        server = SimpleNamespace(max_tries=self.max_tries)
        task = SimpleNamespace(retry_policy=self.arguments["retry_policy"])
        ti: Any = SimpleNamespace(task=task, try_number=try_number, _ti_context_from_server=server)
        decision = _evaluate_retry_policy(ti, error, structlog.get_logger(), self.context)
        assert decision is not None
        return decision.action


def test_the_configured_number_of_failures_ends_the_task() -> None:
    task = _Task(retries=2)
    assert task.arguments["retries"] == 7
    assert [task.fails(number) for number in (1, 2, 3)] == [RetryAction.RETRY, RetryAction.RETRY, RetryAction.FAIL]


def test_tries_without_an_error_cost_no_retry() -> None:
    """Of nine tries, six were lost: a scheduler reset them or their heartbeat came late."""
    task = _Task(retries=2)
    assert [task.fails(number) for number in (4, 8, 9)] == [RetryAction.RETRY, RetryAction.RETRY, RetryAction.FAIL]


def test_an_outage_of_the_database_costs_no_retry() -> None:
    """Neither the error itself, nor another that it caused."""
    refused = create_engine("postgresql+psycopg2://none@127.0.0.1:9/none")
    with pytest.raises(OperationalError) as outage:
        refused.connect()
    later = RuntimeError("the result could not be stored")
    later.__cause__ = outage.value
    task = _Task(retries=1)
    assert [task.fails(number, outage.value) for number in (1, 2, 3)] == [RetryAction.RETRY] * 3
    assert task.fails(4, later) is RetryAction.RETRY
    assert [task.fails(number) for number in (5, 6)] == [RetryAction.RETRY, RetryAction.FAIL]
    policy: Any = task.arguments["retry_policy"]
    assert is_final(policy, task.context, STORAGE_DOWN) is True
    assert is_final(policy, task.context, later) is False


def test_without_retries_the_first_failure_is_final() -> None:
    assert _Task(retries=0).fails(1) is RetryAction.FAIL


def test_a_task_that_was_cleared_has_all_its_retries_again() -> None:
    task = _Task(retries=1)
    assert [task.fails(number) for number in (1, 2)] == [RetryAction.RETRY, RetryAction.FAIL]
    task.max_tries = 2 + 6  # as Airflow sets it when the task is cleared
    assert [task.fails(number) for number in (3, 4)] == [RetryAction.RETRY, RetryAction.FAIL]

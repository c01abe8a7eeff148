"""Retries of a workflow's tasks. Only tries that ended with an error count against the configured number.

Airflow counts every try: one whose worker was killed, whose heartbeat was lost, or that a scheduler reset, too, and one
in an outage of the database. So its own limit is higher by `Settings.lost_tries`, and the errors are counted here, in
Airflow's state store of the task, which outlives a try.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.retry_policy import RetryDecision, RetryPolicy

from media_workflows.plural import counted
from media_workflows.settings import Settings

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

_STATE = "failed_tries"
OUTAGE_DELAY = timedelta(seconds=20)  # with 5 lost tries, 100 s at least


def retry_arguments(retries: int, settings: Settings) -> dict[str, Any]:
    """An operator's arguments for so many retries after errors."""
    return {"retries": retries + settings.lost_tries, "retry_policy": FailedTries(retries)}


class FailedTries(RetryPolicy):
    """Ends a task after `retries` + 1 tries that failed. Evaluated in the task's process, where it raised."""

    def __init__(self, retries: int) -> None:
        self.retries = retries

    def is_last(self, context: Context) -> bool:
        """Whether an error in this try would be the last, as none of the configured ones is left; an outage is none."""
        return 1 + _failed_before(context, context["ti"].max_tries) > self.retries

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Count this failure."""
        from media_workflows.store.outage import is_outage  # not at DAG-parse time

        if is_outage(exception):
            return RetryDecision.retry(OUTAGE_DELAY, "the database did not answer: this try is not counted")
        assert context is not None, "Airflow evaluates the policy with the task's context"
        failed = 1 + _failed_before(context, max_tries)
        context["task_state_store"].set(_STATE, {"max_tries": max_tries, "failed": failed})
        if failed > self.retries:
            return RetryDecision.fail(f"{counted(failed, 'try', 'tries')} failed: none is left")
        return RetryDecision.retry(reason=f"{failed} of {self.retries + 1} tries failed")


def _failed_before(context: Context, max_tries: int) -> int:
    """Earlier tries that failed. A task that was cleared has another `max_tries`, and starts from zero."""
    earlier: Any = context["task_state_store"].get(_STATE)
    return int(earlier["failed"]) if earlier and earlier["max_tries"] == max_tries else 0

"""Which errors end a task without a retry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowFailException

from media_workflows.errors import MediaWorkflowsError


@contextmanager
def final_errors() -> Iterator[None]:
    """Turns an error that no retry can help into AirflowFailException, on which Airflow does not retry."""
    try:
        yield
    except MediaWorkflowsError as error:
        if error.retryable:
            raise
        raise AirflowFailException(str(error)) from error

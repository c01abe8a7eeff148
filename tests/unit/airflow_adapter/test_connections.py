"""Connections of Airflow in a task, whose supervisor asks the api-server for them."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ErrorResponse

from media_workflows.airflow_adapter.connections import require_connection, stored_key
from media_workflows.errors import AirflowStateError, NotificationError, WorkerError


class Supervisor:
    """Answers each question with an error."""

    def __init__(self, error: ErrorType) -> None:
        self.error = error

    def send(self, _: Any) -> Any:
        raise AirflowRuntimeError(ErrorResponse(error=self.error))


def test_a_connection_that_does_not_exist_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", Supervisor(ErrorType.CONNECTION_NOT_FOUND), raising=False)
    with pytest.raises(AirflowStateError, match="there is no Airflow connection 'a'"):
        require_connection(AwsBaseHook(aws_conn_id="a", client_type="s3"))
    with pytest.raises(NotificationError, match="there is no Airflow connection 'b'"):
        stored_key("b")


@pytest.mark.parametrize("error", [ErrorType.API_SERVER_ERROR, ErrorType.GENERIC_ERROR])
def test_one_that_could_not_be_read_is_tried_again(monkeypatch: pytest.MonkeyPatch, error: ErrorType) -> None:
    """As while Airflow's database is away."""
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", Supervisor(error), raising=False)
    with pytest.raises(WorkerError, match="could not read connection 'a'"):
        require_connection(AwsBaseHook(aws_conn_id="a", client_type="s3"))
    with pytest.raises(WorkerError, match="could not read connection 'b'"):
        stored_key("b")

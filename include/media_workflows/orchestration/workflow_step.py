"""What tasks of a workflow's steps have in common, whether they make media or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from media_workflows.domain.candidates import is_manual
from media_workflows.domain.request_context import context_of
from media_workflows.domain.run import requests_force
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import steps_before
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import JobCancelledError
from media_workflows.orchestration.retries import FailedTries
from media_workflows.settings import get_settings

if TYPE_CHECKING:
    from airflow.sdk.bases.operator import BaseOperator
    from airflow.sdk.definitions.context import Context

    from media_workflows.domain.run import Run
    from media_workflows.execution.progress import Log
    from media_workflows.execution.running_step import Resources
    from media_workflows.execution.turn import Turn
    from media_workflows.execution.workflow_steps import TaskTry
    from media_workflows.storage.clients import Clients


def task_clients(aws_conn_id: str | None = None) -> Clients:
    """By this connection, else by the settings; refused credentials are tried again for a while."""
    from media_workflows.airflow_adapter.connections import airflow_clients  # boto3: not at DAG-parse time
    from media_workflows.storage.refusals import repeat_refused

    settings = get_settings()
    own = {"aws_conn_id": aws_conn_id} if aws_conn_id else {}
    clients = airflow_clients(settings.model_copy(update=own))
    repeat_refused(clients.s3, settings.access_denied_wait_s)
    return clients


def task_resources(clients: Clients, log: Log) -> Resources:
    """What a task gives to its step; secrets and keys are those of Airflow's connections."""
    from media_workflows.airflow_adapter.connections import receiver_credentials, stored_key  # boto3
    from media_workflows.execution.running_step import Resources

    return Resources(clients, log, credentials_of=receiver_credentials, stored_key=stored_key)


def turn_of(step: StepDefinition, workflow: Workflow, context: Context) -> Turn:
    """The step with those before it, whose states are read from Airflow."""
    from media_workflows.execution.turn import Turn

    run, ti = context["dag_run"], context["ti"]

    def task_states() -> dict[str, Any]:
        return dict(ti.get_task_states(dag_id=run.dag_id, run_ids=[run.run_id]).get(run.run_id, {}))

    before = steps_before(step, workflow.steps)
    return Turn(step, before, task_states, workflow.priority, is_manual(run.run_id))


def run_of(context: Context, workflow: Workflow, revision: int) -> Run:
    """The run of a workflow as its events report it. Raises DefinitionError for a context that was given by hand."""
    from media_workflows.domain.run import Run

    run = context["dag_run"]
    return Run(run.dag_id, run.run_id, revision, workflow, context_of(run.conf))


def task_try(context: Context) -> TaskTry:
    """This try of a task."""
    from media_workflows.execution.workflow_steps import TaskTry

    ti = context["ti"]
    return TaskTry(ti.start_date, ti.try_number, is_forced(context))


def is_forced(context: Context) -> bool:
    """Whether nothing may be reused in this run."""
    return requests_force({**context["params"], **(context["dag_run"].conf or {})})


@contextmanager
def run_goes_on(step: StepDefinition | None, operator: BaseOperator, context: Context) -> Iterator[None]:
    """Ends the final failure of a step that lets its run go on: the task succeeds, and the stored result has it."""
    try:
        yield
    except AirflowSkipException:
        raise
    except Exception as error:
        if not _lets_run_go_on(step, operator.retry_policy, context, error):
            raise
        operator.log.exception("the step failed, and the run goes on: on_failure is 'continue'")


def _lets_run_go_on(step: StepDefinition | None, policy: Any, context: Context, error: Exception) -> bool:
    """Whether this failure is final and the step's own, and others do not depend on its success."""
    if step is None or step.on_failure != "continue" or isinstance(error.__cause__, JobCancelledError):
        return False
    return is_final(policy, context, error)


def is_final(policy: Any, context: Context, error: Exception) -> bool:
    """Whether no further try follows this failure."""
    from media_workflows.store.outage import is_outage  # not at DAG-parse time

    if isinstance(error, AirflowFailException):
        return True
    return isinstance(policy, FailedTries) and not is_outage(error) and policy.is_last(context)

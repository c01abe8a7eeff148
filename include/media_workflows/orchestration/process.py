"""The tasks of the DAG `media_process`: the source of a run, all steps of its request, and its event."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator

from media_workflows.domain.process_runs import STEPS
from media_workflows.domain.result import SourceObject
from media_workflows.domain.steps import UPLOAD
from media_workflows.domain.walked_steps import walked_states
from media_workflows.errors import MediaWorkflowsError
from media_workflows.orchestration.final_errors import final_errors
from media_workflows.orchestration.links import RunLink
from media_workflows.orchestration.notify import store_end, task_states
from media_workflows.orchestration.retries import FailedTries
from media_workflows.orchestration.sensor import confirmed_source
from media_workflows.orchestration.split import helper_starter, worker_name
from media_workflows.orchestration.supervision import end_with_supervisor
from media_workflows.orchestration.workflow_step import run_of, task_clients, task_resources, task_try
from media_workflows.settings import get_settings

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from media_workflows.domain.run import Run
    from media_workflows.execution.running_step import Resources
    from media_workflows.store.processes import StoredProcess


def _request_of(context: Context) -> StoredProcess:
    """The request that a run belongs to. Raises NotFoundError."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.processes import process_of_run

    with transaction() as session:
        return process_of_run(session, (context["dag_run"].conf or {}).get("request"))


def _run_of(context: Context, request: StoredProcess) -> Run:
    return run_of(context, request.resolved, request.number)


class _CancellableOperator(BaseOperator):
    """A task whose work ends when Airflow ends the task."""

    operator_extra_links = (RunLink(),)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._cancel: Any = None

    def _resources(self) -> Resources:
        end_with_supervisor()
        resources = task_resources(task_clients(), self.log.info)
        self._cancel = resources.cancel.cancel
        return resources

    def on_kill(self) -> None:
        """Called from a signal handler."""
        if self._cancel is not None:
            self._cancel()


class RequestedSourceOperator(_CancellableOperator):
    """Confirms the object of a run, or fetches the file of its URL; returns the SourceObject as a dict."""

    ui_color = "#dcecf9"

    def execute(self, context: Context) -> dict[str, Any]:
        """The run's record has the source, or why there is none."""
        with final_errors():
            request = _request_of(context)
            try:
                source = self._source(context, request)
            except MediaWorkflowsError as error:
                _record(context, request, None, error)
                raise
            _record(context, request, source)
        self.log.info("source: %s/%s, %d bytes", source.bucket, source.key, source.size_bytes)
        return source.model_dump(mode="json")

    def _source(self, context: Context, request: StoredProcess) -> SourceObject:
        from media_workflows.execution.fetch_url import fetch_source
        from media_workflows.storage.s3 import ObjectStorage

        resources, bucket = self._resources(), request.definition.trigger.bucket
        if not request.url:
            return confirmed_source(ObjectStorage(resources.clients.s3), bucket, context["dag_run"].conf or {})
        directory = get_settings().data_dir / "work"
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory, prefix="url-") as work:
            return fetch_source(_run_of(context, request), request.url, bucket, resources, Path(work))


def _record(
    context: Context, request: StoredProcess, source: SourceObject | None, error: MediaWorkflowsError | None = None
) -> None:
    from media_workflows.store.engine import transaction
    from media_workflows.store.runs import record_source

    run = context["dag_run"]
    with transaction() as session:
        record_source(session, run.dag_id, run.run_id, request.number, source, error)


class ProcessOperator(_CancellableOperator):
    """All steps of a request on one source, one after the other, by the code of a workflow's tasks."""

    ui_color = "#e8f4e1"

    def execute(self, context: Context) -> None:
        """A later try keeps what an earlier one has done."""
        from media_workflows.execution.walk import Walk

        policy = self.retry_policy
        with final_errors():
            run = _run_of(context, _request_of(context))
            source = SourceObject.model_validate(context["ti"].xcom_pull(task_ids=UPLOAD))
            is_last = not isinstance(policy, FailedTries) or policy.is_last(context)
            resources = replace(self._resources(), start_helpers=helper_starter(self, context), worker=worker_name())
            Walk(run, source, task_try(context), is_last, resources).take()


class NotifyProcessOperator(BaseOperator):
    """Writes the event of a request's run to the outbox, as `NotifyOperator` that of a workflow's. Returns its id."""

    ui_color = "#f9f0dc"

    def execute(self, context: Context) -> str:
        """It is the teardown: it runs after failures, too."""
        from media_workflows.store.action_results import actions_of_run
        from media_workflows.store.decisions import decisions_of_run
        from media_workflows.store.engine import transaction
        from media_workflows.store.runs import results_of_run

        run = _run_of(context, _request_of(context))
        with transaction() as session:
            jobs = {job.step.step_id: job for job in results_of_run(session, run.workflow_id, run.run_id)}
            actions = actions_of_run(session, run.workflow_id, run.run_id)
            decisions = decisions_of_run(session, run.workflow_id, run.run_id)
        task_state = task_states(context).get(STEPS)
        states = walked_states(run.workflow, str(task_state) if task_state else None, jobs, actions, decisions)
        return store_end(run, states, self.log)

"""`MediaJobOperator`: the items of one job kind on one source, in a workflow's DAG or in a hand-written one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk.exceptions import AirflowSkipException

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.result import SourceObject
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_items import parse_items
from media_workflows.domain.step_key import NOT_MAPPED, StepKey
from media_workflows.domain.steps import GATE, UPLOAD, step_of_task
from media_workflows.domain.templates import Library
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError
from media_workflows.orchestration.argument_checks import Check, check_items, if_literal
from media_workflows.orchestration.checked_operator import CheckedOperator
from media_workflows.orchestration.final_errors import final_errors
from media_workflows.orchestration.gate import QUARANTINE
from media_workflows.orchestration.lineage import ReportsLineage
from media_workflows.orchestration.links import OutputLink, RunLink
from media_workflows.orchestration.long_encodes import place_for
from media_workflows.orchestration.operator_arguments import (
    InvalidArgumentsError,
    connection_id,
    found_source,
    item_list,
    of_workflows_only,
    output_place,
    quarantine_directory,
    source_place,
)
from media_workflows.orchestration.operator_results import require_success, returned_outputs
from media_workflows.orchestration.split import helper_starter, worker_name
from media_workflows.orchestration.step_stats import count_step
from media_workflows.orchestration.supervision import end_with_supervisor
from media_workflows.orchestration.workflow_step import (
    is_forced,
    run_goes_on,
    run_of,
    task_clients,
    task_resources,
    task_try,
    turn_of,
)

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from media_workflows.execution.request import StepRequest
    from media_workflows.execution.running_step import Resources
    from media_workflows.storage.clients import Clients


class MediaJobOperator(ReportsLineage, CheckedOperator):
    """Fetch, process, verify, publish. Returns its outputs, see `operator_results`; the whole result is in the store.

    :param source: the object to process (templated): 's3://bucket/key', or what a sensor or another of these operators
        returned.
    :param output: the directory for outputs (templated): 's3://bucket/directory/'.
    :param items: what to make (templated): a list of items as under `jobs:` in a workflow's definition.
    :param quarantine: put before the key of every output (templated), for example 'quarantine/'.
    :param aws_conn_id: the Airflow connection for the storage (templated). Default: setting `aws_conn_id`.
    :param workflow: of a workflow's own DAG, with its `revision`: source, output and items are the workflow's.
    """

    required: ClassVar[Sequence[str]] = ("source", "output", "items")
    template_fields: Sequence[str] = ("source", "output_directory", "items", "quarantine", "aws_conn_id")
    template_fields_renderers: ClassVar[dict[str, str]] = {"items": "json"}
    operator_extra_links = (OutputLink(), RunLink())
    ui_color = "#e8f4e1"

    def __init__(
        self,
        *,
        source: Any = None,
        output: Any = None,
        items: Any = None,
        quarantine: str = "",
        aws_conn_id: str | None = None,
        workflow: Workflow | None = None,
        revision: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.output_directory = output  # `output` is Airflow's: the reference to what the task returns
        self.items = items
        self.quarantine = quarantine
        self.aws_conn_id = aws_conn_id
        self.workflow = workflow
        self.revision = revision
        super()._check({"workflow": workflow, "revision": revision})
        self.step = step_of_task(workflow, self.task_id) if workflow else None
        self.outputs: list[dict[str, Any]] = []
        self._cancel: Any = None
        self._clients: Clients | None = None
        given = {"source": source, "output": output, "items": items}
        self._check({**given, "quarantine": quarantine, "aws_conn_id": aws_conn_id})

    @classmethod
    def checks(cls) -> dict[str, Check]:
        """Of the arguments, by name."""
        return {
            "source": if_literal(source_place),
            "output": if_literal(output_place),
            "quarantine": if_literal(quarantine_directory),
            "aws_conn_id": if_literal(connection_id),
            "items": lambda value: check_items(cls.kind, value),
            "workflow": lambda value: of_workflows_only("workflow", value, Workflow),
            "revision": lambda value: of_workflows_only("revision", value, int),
        }

    def _check(self, given: Mapping[str, Any]) -> None:
        """A workflow's items were checked when it was saved."""
        if self.workflow is None:
            super()._check(given)

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Run the step. A problem of the source or the request fails at once; a passing one is retried.

        After the failure of a step that lets its run go on, the task succeeds; the stored result has the failure.
        """
        with run_goes_on(self.step, self, context):
            self._run(context)
        return self.outputs

    def resume(self, context: Context, event: Any = None) -> list[dict[str, Any]]:
        """After a wait for a place among the long sources: from the start."""
        return self.execute(context)

    def _run(self, context: Context) -> None:
        from media_workflows.execution.run_step import run_step  # PyAV: not at DAG-parse time

        end_with_supervisor()
        with final_errors():
            resources = replace(
                task_resources(self.clients(), self.log.info),
                start_helpers=helper_starter(self, context, self.aws_conn_id),
                worker=worker_name(),
                note_read=partial(setattr, self, "read"),
            )
            self._cancel = resources.cancel.cancel
            request = self._request(context, resources)
            with place_for(self, self.kind, request.source.size_bytes):
                result = run_step(request, resources)
        if isinstance(result, StepDecision):
            raise AirflowSkipException(result.message)
        count_step(result)
        self.outputs = returned_outputs(result)
        require_success(result)

    def clients(self) -> Clients:
        """By this operator's connection, else by the settings; made once."""
        if self._clients is None:
            self._clients = task_clients(self.aws_conn_id)
        return self._clients

    def _request(self, context: Context, resources: Resources) -> StepRequest:
        if self.workflow is not None:
            return self._workflow_request(self.workflow, context)
        from media_workflows.execution.request import OutputPlace, StepRequest
        from media_workflows.storage.s3 import ObjectStorage

        run, ti = context["dag_run"], context["ti"]
        map_index = NOT_MAPPED if ti.map_index is None else ti.map_index
        step = StepKey(run.dag_id, run.run_id, ti.task_id, map_index)
        bucket, directory = output_place(self.output_directory)
        return StepRequest(
            step=step,
            kind=self.kind,
            items=self._checked_items(directory),
            source=found_source(ObjectStorage(resources.clients.s3), self.source),
            output=OutputPlace(bucket, directory, prefix=quarantine_directory(self.quarantine)),
            started_at=ti.start_date,
            try_number=ti.try_number,
            force=is_forced(context),
            features_step=self._features_step(),
        )

    def _workflow_request(self, workflow: Workflow, context: Context) -> StepRequest:
        from media_workflows.execution.workflow_steps import quarantine_of, workflow_step

        ti = context["ti"]
        has_gate = workflow.jobs is not None and workflow.jobs.gate is not None
        passed = not has_gate or ti.xcom_pull(task_ids=GATE) != QUARANTINE
        return workflow_step(
            run_of(context, workflow, self.revision),
            ti.task_id,
            SourceObject.model_validate(self.source or ti.xcom_pull(task_ids=UPLOAD)),
            task_try(context),
            turn_of(self.step, workflow, context) if self.step else None,
            quarantine_of(workflow, self.kind, passed=passed),
        )

    def _checked_items(self, directory: str | None) -> Sequence[JobItem[Any]]:
        try:
            return self._items(directory)
        except DefinitionError as error:
            raise InvalidArgumentsError(error.problems) from None

    def _items(self, directory: str | None) -> Sequence[JobItem[Any]]:
        """Resolved ones, of an operator that belongs to no workflow. Raises DefinitionError."""
        return parse_items(self.kind, item_list("items", self.items), directory, stored_library())

    def _features_step(self) -> str:
        return FEATURES

    def on_kill(self) -> None:
        """Airflow ends the task: ffmpeg's process group goes with it. Called from a signal handler."""
        if self._cancel is not None:
            self._cancel()


def stored_library() -> Library:
    """The presets and custom templates that the store has now."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.templates import load_library

    with transaction() as session:
        return load_library(session)

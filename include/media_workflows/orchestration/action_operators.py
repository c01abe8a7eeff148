"""The operators of steps that make no media, in workflows' DAGs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from media_workflows.domain.step_actions.approval import COMMENT, MAX_COMMENT, OPTIONS, Answer, Approval
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import UPLOAD, step_of_task
from media_workflows.domain.workflow import Workflow
from media_workflows.orchestration.final_errors import final_errors
from media_workflows.orchestration.lineage import ReportsLineage
from media_workflows.orchestration.links import RunLink
from media_workflows.orchestration.supervision import end_with_supervisor
from media_workflows.orchestration.workflow_step import (
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

_ANSWER = "answer"  # in Airflow's state store of the task


class ApprovalStepOperator(HITLOperator):
    """`approval`: asks under Airflow's "Required actions". Returns 'approved' or 'rejected'.

    The task waits in Airflow's database: no worker, and no triggerer. Where the try dies that has read the answer, the
    next one finds it in the state of the task; after a clear, the question is put again.
    """

    template_fields = ()  # the message is the author's text, not a Jinja template
    operator_extra_links = (RunLink(),)
    ui_color = "#fde8d7"

    def __init__(self, *, workflow: Workflow, revision: int, **kwargs: Any) -> None:
        step = _step_of(workflow, kwargs["task_id"])
        approval = step.action
        assert isinstance(approval, Approval)
        comment = Param("", source="task", title="Comment", type=["null", "string"], format="multiline")
        kwargs["params"] = {COMMENT: comment}  # in place of the DAG's, which are no fields of the question
        super().__init__(
            subject=approval.message,
            options=list(OPTIONS.values()),
            defaults=OPTIONS[approval.answer_on_timeout],
            response_timeout=timedelta(seconds=approval.timeout_s),
            assigned_users=[{"id": user, "name": user} for user in approval.who],
            **kwargs,
        )
        self.workflow = workflow
        self.revision = revision
        self.step = step

    def execute(self, context: Context) -> str | None:
        """Raises TaskAwaitingInput, unless the step is skipped or its answer is known."""
        known: Any = context["task_state_store"].get(_ANSWER)
        if known and known["max_tries"] == context["ti"].max_tries:
            return self._end(context, known["answer"], known["by"], known.get("comment", ""))
        question = None
        with run_goes_on(self.step, self, context):
            question = self._begin(context)
        if question is None:
            return None
        self.body = question
        super().execute(context)  # raises: the task waits
        raise AssertionError("the answer comes in execute_complete")

    def execute_complete(self, context: Context, event: dict[str, Any]) -> str:
        """The answer of a person, or that of the timeout."""
        given = super().execute_complete(context, event)
        (chosen,) = given["chosen_options"]
        answer = next(answer for answer, option in OPTIONS.items() if option == chosen)
        by, comment = _user(given["responded_by_user"]), str(given["params_input"].get(COMMENT) or "")[:MAX_COMMENT]
        known = {"answer": answer, "by": by, "comment": comment}
        context["task_state_store"].set(_ANSWER, {**known, "max_tries": context["ti"].max_tries})
        return self._end(context, answer, by, comment)

    def _begin(self, context: Context) -> str:
        """The text under the question. Raises AirflowSkipException when it is not put."""
        from media_workflows.execution.action_step import begin_approval
        from media_workflows.execution.running_step import Resources
        from media_workflows.orchestration.approval_report import approval_report

        with final_errors():
            request = action_request(self.step, self.workflow, self.revision, context)
            skipped = begin_approval(request, Resources(task_clients(), self.log.info))
            if skipped is not None:
                raise AirflowSkipException(skipped.message)
            return approval_report(request)

    def _end(self, context: Context, answer: Answer, by: str, comment: str) -> str:
        from media_workflows.execution.action_step import end_approval

        end_approval(action_request(self.step, self.workflow, self.revision, context), answer, by, comment)
        self.log.info("%s %s", answer, f"by {by}" if by else "as there was no answer in time")
        return answer


class ActionOperator(ReportsLineage, BaseOperator):
    """A step that makes no media and waits for no person. Returns its answer, if it has one."""

    operator_extra_links = (RunLink(),)
    ui_color = "#e8eef4"

    def __init__(self, *, workflow: Workflow, revision: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.workflow = workflow
        self.revision = revision
        self.step = _step_of(workflow, self.task_id)
        self.outputs = []
        self._cancel: Any = None

    def execute(self, context: Context) -> Any:
        """A failure of the request fails at once; a passing one is retried."""
        with run_goes_on(self.step, self, context):
            return self._run(context)
        return None

    def _run(self, context: Context) -> Any:
        from media_workflows.execution.action_step import run_action

        end_with_supervisor()
        with final_errors():
            resources = task_resources(task_clients(), self.log.info)
            self._cancel = resources.cancel.cancel
            request = action_request(self.step, self.workflow, self.revision, context)
            result = run_action(request, resources)
        if isinstance(result, StepDecision):
            raise AirflowSkipException(result.message)
        self.read, self.outputs = request.source, [output.model_dump() for output in result.outputs]
        return result.answer

    def on_kill(self) -> None:
        """Airflow ends the task. Called from a signal handler."""
        if self._cancel is not None:
            self._cancel()


class CallStepOperator(ActionOperator):
    """`call`: an HTTP function, whose answer conditions read."""


class CopyStepOperator(ActionOperator):
    """`copy`: objects to another place of the storage."""


class MoveSourceStepOperator(ActionOperator):
    """`move_source`: a verified copy of the source; then the source is deleted."""


class DeleteSourceStepOperator(ActionOperator):
    """`delete_source`: the source, after all that was made of it."""


class NotifyStepOperator(ActionOperator):
    """`notify`: an event to a target of its own, by the outbox."""


def action_request(step: StepDefinition, workflow: Workflow, revision: int, context: Context) -> StepRequest:
    """This try of a step that makes no media."""
    from media_workflows.domain.result import SourceObject
    from media_workflows.execution.workflow_steps import workflow_step

    source = SourceObject.model_validate(context["ti"].xcom_pull(task_ids=UPLOAD))
    run, turn = run_of(context, workflow, revision), turn_of(step, workflow, context)
    return workflow_step(run, step.id, source, task_try(context), turn)


def _step_of(workflow: Workflow, task_id: str) -> StepDefinition:
    step = step_of_task(workflow, task_id)
    assert step is not None, "the task runs a step of the workflow"
    return step


def _user(user: Any) -> str:
    """The name of the user who answered; '' = it came from the timeout."""
    found = user.get("name") or user.get("id") if isinstance(user, dict) else user
    return str(found or "")


ACTION_OPERATORS: dict[str, Callable[..., BaseOperator]] = {
    operator.__name__: operator
    for operator in (
        ApprovalStepOperator,
        CallStepOperator,
        CopyStepOperator,
        DeleteSourceStepOperator,
        MoveSourceStepOperator,
        NotifyStepOperator,
    )
}

"""The budget of a workflow: a run that would use more waits for a person, or is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowFailException

from media_workflows.domain.step_actions.approval import APPROVED, BUDGET_QUESTION, OPTIONS, REJECTED
from media_workflows.domain.steps import UPLOAD
from media_workflows.domain.workflow import Workflow
from media_workflows.orchestration.final_errors import final_errors
from media_workflows.orchestration.links import RunLink
from media_workflows.orchestration.workflow_step import run_of, task_clients, task_try

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk.definitions.context import Context
    from sqlalchemy.orm import Session

    from media_workflows.errors import BudgetExceededError
    from media_workflows.execution.request import StepRequest
    from media_workflows.notifications.budget_event import BudgetApproval

WITHIN = "within"  # its decision, which is its XCom; else the person's answer


class BudgetOperator(HITLOperator):
    """Between the upload and all steps. Returns 'within', or 'approved' by a person; else the run fails.

    A run that waits holds no worker; what it would use counts only once it may go on.
    """

    template_fields = ()
    operator_extra_links = (RunLink(),)
    ui_color = "#fde8d7"

    def __init__(self, *, workflow: Workflow, revision: int, **kwargs: Any) -> None:
        budget = workflow.budget
        assert budget is not None, "the task exists only in workflows with a budget"
        super().__init__(
            subject=BUDGET_QUESTION.format(problem="").strip(),
            options=list(OPTIONS.values()),
            defaults=OPTIONS[REJECTED],
            response_timeout=timedelta(seconds=budget.timeout_s),
            assigned_users=[{"id": user, "name": user} for user in budget.who],
            **kwargs,
        )
        self.workflow, self.revision, self.budget = workflow, revision, budget

    def execute(self, context: Context) -> str:
        """Raises TaskAwaitingInput or AirflowFailException where the run is over its budget."""
        from media_workflows.execution.budget import compare_with_budget, refuse_over_budget
        from media_workflows.execution.running_step import Resources

        with final_errors():
            request = self._request(context)
            resources = Resources(task_clients(), self.log.info)

            def ask(session: Session, error: BudgetExceededError) -> None:
                self._announcer(context, request, self._question(error))(session)

            error = compare_with_budget(self.workflow, request, resources, ask)
            if error is None:
                return WITHIN
            if self.budget.when_over == "refuse":
                refuse_over_budget(request, error)
                raise error
        self.subject = BUDGET_QUESTION.format(problem=error)  # what the list of approvals shows
        super().execute(context)  # raises: the task waits
        raise AssertionError("the answer comes in execute_complete")

    def execute_complete(self, context: Context, event: dict[str, Any]) -> str:
        """The answer of a person, or that of the timeout, which is to refuse."""
        from media_workflows.execution.budget import approve_over_budget, refuse_over_budget
        from media_workflows.execution.running_step import Resources
        from media_workflows.notifications.budget_event import BudgetApproval
        from media_workflows.store.outage import repeated_in_outage

        given = super().execute_complete(context, event)
        who = given["responded_by_user"] or {}
        by = str((who.get("name") or who.get("id")) if isinstance(who, dict) else who) if who else ""
        request = self._request(context)
        if given["chosen_options"] == [OPTIONS[APPROVED]]:
            with final_errors():
                announce = self._announcer(context, request, BudgetApproval("approved", decided_by=by))
                resources = Resources(task_clients(), self.log.info)
                approve = partial(approve_over_budget, self.workflow, request, resources, announce)
                repeated_in_outage(approve, self.log.warning)
            self.log.info("approved by %s", by)
            return APPROVED
        error = _refusal(by)
        answer = BudgetApproval("refused", decided_by=by) if who else BudgetApproval("not_answered")
        announce = self._announcer(context, request, answer)
        repeated_in_outage(partial(refuse_over_budget, request, error, announce), self.log.warning)
        raise AirflowFailException(str(error))

    def _question(self, error: BudgetExceededError) -> BudgetApproval:
        from media_workflows.notifications.budget_event import WAITING, BudgetApproval

        answer_until = datetime.now(UTC) + timedelta(seconds=self.budget.timeout_s)
        return BudgetApproval(WAITING, str(error), answer_until, self.budget.who)

    def _announcer(
        self, context: Context, request: StepRequest, approval: BudgetApproval
    ) -> Callable[[Session], object]:
        """Writes the event of the question, or of its answer, in the transaction of what it reports."""
        from media_workflows.notifications.budget_event import budget_event
        from media_workflows.notifications.outbox import store_budget_event

        run = run_of(context, self.workflow, self.revision)
        body = budget_event(run, request.source, approval)
        return lambda session: store_budget_event(session, run, body)

    def _request(self, context: Context) -> StepRequest:
        from media_workflows.domain.result import SourceObject
        from media_workflows.execution.workflow_steps import workflow_step

        source = SourceObject.model_validate(context["ti"].xcom_pull(task_ids=UPLOAD))
        run = run_of(context, self.workflow, self.revision)
        return workflow_step(run, self.task_id, source, task_try(context))


def _refusal(by: str) -> BudgetExceededError:
    from media_workflows.errors import BudgetExceededError

    if by:
        return BudgetExceededError(
            "the run is over the budget of its workflow, and {by} has refused it: raise the budget, or approve it",
            by=by,
        )
    return BudgetExceededError(
        "the run is over the budget of its workflow and was not approved in time: raise the budget, or answer sooner"
    )

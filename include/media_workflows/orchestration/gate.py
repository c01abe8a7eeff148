"""The gate of a review: `pass` goes on, `block` goes to quarantine, and on `review` a person decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowFailException

from media_workflows.domain.steps import UPLOAD

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from media_workflows.domain.result import ItemResult
    from media_workflows.domain.sub_tasks.content_review import Suggestion

PUBLISH, QUARANTINE = "publish", "quarantine"  # its decision, which is its XCom
APPROVE, REJECT = "Approve", "Reject"


class GateOperator(HITLOperator):
    """Waits for a person only when the verdict is `review`. Returns 'publish' or 'quarantine'.

    A waiting gate holds no worker. It is answered in Airflow, under "Required actions", or by Airflow's API. Airflow
    3.3.2 takes an answer that comes within about a second of the question for a fault: with retries it asks again.
    """

    ui_color = "#fde8d7"

    def __init__(self, *, workflow_name: str, **kwargs: Any) -> None:
        super().__init__(
            subject=f"{workflow_name}: publish what this review is not sure about?",
            options=[APPROVE, REJECT],
            **kwargs,
        )
        self.workflow_name = workflow_name

    def execute(self, context: Context) -> str:
        """Raises AirflowFailException when the review left no result."""
        review = self._review(context)
        verdict = self._verdict(review)
        self.log.info("verdict: %s", verdict)
        if verdict != "review":
            return PUBLISH if verdict == "pass" else QUARANTINE
        from media_workflows.orchestration.gate_report import review_report

        self.body = review_report(review, context["ti"].xcom_pull(task_ids=UPLOAD))
        super().execute(context)  # raises: the task waits
        raise AssertionError("a person's answer comes in execute_complete")

    def execute_complete(self, context: Context, event: dict[str, Any]) -> str:
        """The person's answer."""
        answer = super().execute_complete(context, event)
        (chosen,) = answer["chosen_options"]
        who = answer["responded_by_user"] or {}
        self.log.info("%s by %s", chosen, who.get("name", "somebody") if isinstance(who, dict) else who)
        return PUBLISH if chosen == APPROVE else QUARANTINE

    @staticmethod
    def _review(context: Context) -> ItemResult:
        from media_workflows.store.engine import transaction
        from media_workflows.store.runs import get_run

        run = context["dag_run"]
        with transaction() as session:
            record = get_run(session, run.dag_id, run.run_id)
        found = [one for job in (record.jobs if record else ()) if job.kind == "content_review" for one in job.items]
        if not found:
            raise AirflowFailException("the review left no result: let its task run again")
        return found[0]

    @staticmethod
    def _verdict(review: ItemResult) -> Suggestion:
        from media_workflows.intelligence.decisions.answers import verdict

        return verdict(review.sub_tasks)

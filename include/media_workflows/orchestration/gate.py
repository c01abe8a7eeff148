"""The gate of a review: `pass` goes on, `block` goes to quarantine, and on `review` a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowFailException

from media_workflows.domain.step_actions.approval import APPROVED, GATE_QUESTION, OPTIONS, Answer
from media_workflows.domain.steps import UPLOAD
from media_workflows.orchestration.argument_checks import Check, if_literal
from media_workflows.orchestration.checked_operator import CheckedOperator
from media_workflows.orchestration.operator_arguments import of_type, source_place, task_id

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from media_workflows.domain.result import ItemResult
    from media_workflows.domain.sub_tasks.content_review import Suggestion

PUBLISH, QUARANTINE = "publish", "quarantine"  # its decision, which is its XCom


class GateOperator(CheckedOperator, HITLOperator):
    """Waits for a person only when the verdict is `review`. Returns 'publish' or 'quarantine'.

    :param workflow_name: of a workflow's own DAG, named in the question; '' = none.
    :param review_task_id: the ContentReviewOperator's task id.
    :param source: the reviewed object (templated), as that operator's. Default in a workflow's own DAG: what the task
        `upload` returned.

    A waiting gate holds no worker. It is answered in Airflow, under "Required actions", or by Airflow's API. Airflow
    3.3.2 treats an answer within about a second of the question as an error: with retries it asks again.
    """

    required = ("source",)
    template_fields = (*HITLOperator.template_fields, "source")
    ui_color = "#fde8d7"

    def __init__(
        self, *, workflow_name: str = "", review_task_id: str = "content_review", source: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(
            subject=GATE_QUESTION.format(workflow=workflow_name or "Review"),
            options=list(OPTIONS.values()),
            **kwargs,
        )
        self.workflow_name = workflow_name
        self.review_task_id = review_task_id
        self.source = source
        self._check({name: getattr(self, name) for name in self.checks()})

    @classmethod
    def checks(cls) -> dict[str, Check]:
        return {
            "workflow_name": lambda value: of_type("workflow_name", value, str),
            "source": if_literal(source_place),
            "review_task_id": lambda value: task_id("review_task_id", value),
        }

    @classmethod
    def required_with(cls, given: Mapping[str, Any]) -> Sequence[str]:
        """The DAG of a workflow has a task `upload`."""
        return () if given.get("workflow_name") else cls.required

    def execute(self, context: Context) -> str:
        """Raises AirflowFailException when the review left no result."""
        review = self._review(context)
        verdict = self._verdict(review)
        self.log.info("verdict: %s", verdict)
        if verdict != "review":
            return PUBLISH if verdict == "pass" else QUARANTINE
        from media_workflows.orchestration.gate_report import review_report

        self.body = review_report(review, self._source_place(context))
        self._reopen(context)
        super().execute(context)  # raises: the task waits
        raise AssertionError("a person's answer comes in execute_complete")

    def execute_complete(self, context: Context, event: dict[str, Any]) -> str:
        """The person's answer."""
        answer = super().execute_complete(context, event)
        (chosen,) = answer["chosen_options"]
        who = answer["responded_by_user"] or {}
        by = str(who.get("name", "a user") if isinstance(who, dict) else who)
        self.log.info("%s by %s", chosen, by)
        self._decide(context, next(answer for answer, option in OPTIONS.items() if option == chosen), by)
        return PUBLISH if chosen == OPTIONS[APPROVED] else QUARANTINE

    @staticmethod
    def _reopen(context: Context) -> None:
        """The question is put, perhaps once more after a clear: an earlier decision does not answer it."""
        from media_workflows.store.engine import transaction
        from media_workflows.store.reviews import reopen_review

        run = context["dag_run"]
        with transaction() as session:
            reopen_review(session, run.dag_id, run.run_id)

    def _decide(self, context: Context, answer: Answer, by: str) -> None:
        """An answer is the decision on the run, wherever it was given."""
        from media_workflows.domain.run_review import question_decision
        from media_workflows.store.engine import transaction
        from media_workflows.store.outage import repeated_in_outage
        from media_workflows.store.reviews import answer_review

        run, decision = context["dag_run"], question_decision(self.task_id, answer, by)

        def store() -> None:
            with transaction() as session:
                answer_review(session, run.dag_id, run.run_id, decision)

        repeated_in_outage(store, self.log.warning)

    def _source_place(self, context: Context) -> str:
        """'bucket/key' of the object that was reviewed."""
        place = source_place(self.source or context["ti"].xcom_pull(task_ids=UPLOAD))
        return f"{place.bucket}/{place.path}"

    def _review(self, context: Context) -> ItemResult:
        from media_workflows.domain.result import result_for
        from media_workflows.domain.step_key import NOT_MAPPED
        from media_workflows.store.engine import transaction
        from media_workflows.store.runs import results_of_run

        run = context["dag_run"]
        with transaction() as session:
            results = results_of_run(session, run.dag_id, run.run_id)
        map_index = context["ti"].map_index
        found = result_for(results, self.review_task_id, NOT_MAPPED if map_index is None else map_index)
        if found is None or not found.items:
            raise AirflowFailException(
                f"the review left no result for this gate: run the task '{self.review_task_id}' again; "
                "the gate of a mapped review must be mapped with it"
            )
        return found.items[0]

    @staticmethod
    def _verdict(review: ItemResult) -> Suggestion:
        from media_workflows.domain.sub_tasks.verdict import verdict

        return verdict(review.sub_tasks)

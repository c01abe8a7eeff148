"""Questions of tasks that wait for a person, in Airflow's own store of them ("Required actions").

Works where Airflow allows its ORM: the api-server.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from media_workflows.airflow_adapter.dag_state import AWAITING_ANSWER, airflow_session
from media_workflows.domain.step_actions.approval import COMMENT, OPTIONS, Answer
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import ConflictError, NotFoundError, NotPermittedError
from media_workflows.store.runs import RunKey

if TYPE_CHECKING:
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Question:
    """A question that waits. `default` is its answer at `times_out_at`; `who` = () leaves it to users' roles."""

    workflow_id: str
    run_id: str
    task_id: str
    text: str
    asked_at: datetime
    times_out_at: datetime | None
    default: Answer | None
    who: tuple[str, ...]


def waiting_questions(workflow_ids: Collection[str], run_id: str = "") -> list[Question]:
    """The questions of these workflows, or of one run of them, the oldest first."""
    from airflow.models.taskinstance import TaskInstance

    query = _waiting().where(TaskInstance.run_id == run_id) if run_id else _waiting()
    with airflow_session() as session:
        found = session.execute(query).unique()
        return [_question(task, detail) for task, detail in found if task.dag_id in workflow_ids]


def _waiting() -> Select[TaskInstance, HITLDetail]:
    """Tasks whose question has no answer, with it; the oldest first."""
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import select

    query = select(TaskInstance, HITLDetail).join(HITLDetail, HITLDetail.ti_id == TaskInstance.id)
    query = query.where(TaskInstance.state == AWAITING_ANSWER, HITLDetail.responded_at.is_(None))
    return query.order_by(HITLDetail.created_at, HITLDetail.ti_id)


def questions_of_runs(session: Session, runs: Collection[RunKey]) -> list[Question]:
    """The questions of these runs that wait, the oldest first; `session` is one of Airflow's metadata."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import tuple_

    of_runs = tuple_(TaskInstance.dag_id, TaskInstance.run_id).in_(runs)
    return [_question(task, detail) for task, detail in session.execute(_waiting().where(of_runs)).unique()]


def asking_runs(workflow_ids: Collection[str] | None) -> frozenset[RunKey]:
    """The runs of these workflows that wait for a person; None = of all workflows."""
    from airflow.models.taskinstance import TaskInstance

    # Only the keys, and no question: pages ask for them again and again.
    query = _waiting().with_only_columns(TaskInstance.dag_id, TaskInstance.run_id).order_by(None).distinct()
    if workflow_ids is not None:
        query = query.where(TaskInstance.dag_id.in_(workflow_ids))
    with airflow_session() as session:
        return frozenset((dag_id, run_id) for dag_id, run_id in session.execute(query))


def _question(task: TaskInstance, detail: Any) -> Question:
    return Question(
        workflow_id=task.dag_id,
        run_id=task.run_id,
        task_id=task.task_id,
        text=detail.subject,
        asked_at=detail.created_at,
        times_out_at=task.trigger_timeout,
        default=_answer(detail.defaults),
        who=_who(detail),
    )


def _who(detail: Any) -> tuple[str, ...]:
    return tuple(user["id"] for user in detail.assigned_users)


def _answer(options: Sequence[str] | None) -> Answer | None:
    return next((answer for answer, option in OPTIONS.items() if option in (options or ())), None)


def answer_question(
    asking: StepKey, answer: Answer, comment: str, user: Any, may_answer: Callable[[tuple[str, ...]], bool]
) -> None:
    """Answer by Airflow's own code, as its page does: it stores the answer and continues the task.

    Raises NotFoundError without the question, ConflictError when it does not wait any more, and NotPermittedError
    unless `may_answer` for the users that the question is for.
    """
    from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
    from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail

    with airflow_session() as session:
        task = _locked(session, asking)
        _require_waiting(task, asking)
        if not may_answer(who := _who(task.hitl_detail)):
            raise NotPermittedError("only these users may answer this question: {users}", users=", ".join(who))
        payload = UpdateHITLDetailPayload(chosen_options=[OPTIONS[answer]], params_input={COMMENT: comment})
        update_hitl_detail(asking.workflow_id, asking.run_id, asking.step_id, payload, user, session)


def _locked(session: Session, asking: StepKey) -> TaskInstance:
    """The task, locked as Airflow's route does: before its question, so that a clear or a timeout waits."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import select
    from sqlalchemy.orm import joinedload

    query = select(TaskInstance).options(joinedload(TaskInstance.hitl_detail))
    query = query.where(
        TaskInstance.dag_id == asking.workflow_id,
        TaskInstance.run_id == asking.run_id,
        TaskInstance.task_id == asking.step_id,
        TaskInstance.map_index == asking.map_index,
    )
    task: TaskInstance | None = session.scalar(query.with_for_update(of=TaskInstance))
    if task is None or task.hitl_detail is None:
        raise NotFoundError(
            "run '{run_id}' has asked nothing in step '{step}': approvals that wait are in the list of approvals",
            run_id=asking.run_id,
            step=asking.step_id,
        )
    session.refresh(task.hitl_detail)  # what was read while the lock was awaited may be old
    return task


def _require_waiting(task: TaskInstance, asking: StepKey) -> None:
    detail = task.hitl_detail
    if detail.response_received:
        answered = {"step": asking.step_id, "run_id": asking.run_id, "answer": _answer(detail.chosen_options) or ""}
        if detail.responded_by is None:
            raise ConflictError("step '{step}' of run '{run_id}' has timed out meanwhile: {answer}", **answered)
        raise ConflictError(
            "step '{step}' of run '{run_id}' was answered meanwhile: {answer} by {by}",
            **answered,
            by=detail.responded_by_user["name"] or detail.responded_by_user["id"],
        )
    if task.state != AWAITING_ANSWER:
        raise ConflictError(
            "step '{step}' of run '{run_id}' does not wait for an answer: its task is {state}",
            step=asking.step_id,
            run_id=asking.run_id,
            state=str(task.state or "not scheduled"),
        )

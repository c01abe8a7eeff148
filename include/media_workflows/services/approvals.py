"""Approvals that wait for a person, and their answers. Airflow's store of questions is the only one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from media_workflows.airflow_adapter.questions import answer_question, waiting_questions
from media_workflows.domain.base import Model
from media_workflows.domain.result import SourceObject
from media_workflows.domain.step_actions.approval import Answer
from media_workflows.domain.step_key import StepKey
from media_workflows.store.engine import transaction
from media_workflows.store.runs import sources_of
from media_workflows.store.workflows import names_of

MayAnswer = Callable[[str, tuple[str, ...]], bool]  # workflow id, ids of the users a question is for


class WaitingApproval(Model):
    """An approval that waits, or the gate of a review.

    `on_timeout` is its answer at `times_out_at`; None = it waits without a limit. `who` are the ids of the only users
    who may answer. `may_answer`: the user who asks for the list may.
    """

    workflow_id: str
    workflow_name: str
    run_id: str
    step_id: str
    message: str
    source: SourceObject | None
    asked_at: datetime
    times_out_at: datetime | None
    on_timeout: Answer | None
    who: tuple[str, ...]
    may_answer: bool


def waiting_approvals(
    workflow_ids: Collection[str], may_answer: MayAnswer, *, run_id: str = "", step_id: str = ""
) -> list[WaitingApproval]:
    """The approvals of these workflows that wait, or of one run or step of them, the oldest first."""
    found = [one for one in waiting_questions(workflow_ids, run_id) if step_id in ("", one.task_id)]
    with transaction() as session:
        names = names_of(session, {one.workflow_id for one in found})
        sources = sources_of(session, {(one.workflow_id, one.run_id) for one in found})
    return [
        WaitingApproval(
            workflow_id=one.workflow_id,
            workflow_name=names.get(one.workflow_id, one.workflow_id),
            run_id=one.run_id,
            step_id=one.task_id,
            message=one.text,
            source=sources.get((one.workflow_id, one.run_id)),
            asked_at=one.asked_at,
            times_out_at=one.times_out_at,
            on_timeout=one.default,
            who=one.who,
            may_answer=may_answer(one.workflow_id, one.who),
        )
        for one in found
    ]


def answer_approval(asking: StepKey, answer: Answer, comment: str, user: Any, may_answer: MayAnswer) -> None:
    """Answer the approval of a step as this user of Airflow; what was answered already stays.

    Raises NotFoundError, ConflictError, NotPermittedError.
    """
    answer_question(asking, answer, comment, user, lambda who: may_answer(asking.workflow_id, who))

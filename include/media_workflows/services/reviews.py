"""The review desk: runs to review, their findings, and the decisions of persons."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.findings import findings_of, machine_verdict
from media_workflows.domain.request_context import NO_CONTEXT
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.run_review import (
    ANSWERS,
    RunDecision,
    RunReview,
    Verdict,
    asks_about_review,
    require_decidable,
    reviewed,
)
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.notifications.outbox import store_review_event
from media_workflows.notifications.review_event import review_event
from media_workflows.services.approvals import MayAnswer, WaitingApproval, answer_approval, waiting_approvals
from media_workflows.store import reviews as store
from media_workflows.store.backfill_objects import context_of_run
from media_workflows.store.engine import transaction
from media_workflows.store.reviews import ListedReview, ReviewState
from media_workflows.store.runs import RunRecord, get_run, sources_of
from media_workflows.store.workflows import names_of, resolved_at
from media_workflows.vendor_mps.event import with_context


class ReviewRow(ListedReview):
    """A run in the list of reviews. `source` is that of its record."""

    workflow_name: str
    source: SourceObject | None


class ReviewRows(Model):
    """One page of reviews; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    items: list[ReviewRow]


class DeskReview(RunReview):
    """The review of a run at the desk: all its findings. `questions` wait for the decision on the run."""

    workflow_id: str
    workflow_name: str
    run_id: str
    source: SourceObject | None
    questions: tuple[WaitingApproval, ...]


def list_reviews(workflow_ids: Collection[str], state: ReviewState, offset: int, limit: int) -> ReviewRows:
    """A page of the reviews of these workflows: the longest open first, or the latest decided first."""
    with transaction() as session:
        page = store.list_reviews(session, workflow_ids, state, offset, limit)
        names = names_of(session, {one.workflow_id for one in page.items})
        sources = sources_of(session, [(one.workflow_id, one.run_id) for one in page.items])
    rows = [
        ReviewRow(
            **one.model_dump(),
            workflow_name=names.get(one.workflow_id, one.workflow_id),
            source=sources.get((one.workflow_id, one.run_id)),
        )
        for one in page.items
    ]
    return ReviewRows(total=page.total, total_is_exact=page.total_is_exact, items=rows)


def decided_review(session: Session, workflow_id: str, run_id: str, results: Sequence[JobResult]) -> RunReview | None:
    """What was decided on a run, with the findings that have a decision; None = there is nothing to review."""
    review = _review(session, workflow_id, run_id, results)
    if review.suggestion is None and review.decision is None and not review.findings:
        return None
    decided = tuple(one for one in review.findings if one.decision)
    return review.model_copy(update={"findings": decided})


def _review(session: Session, workflow_id: str, run_id: str, results: Sequence[JobResult]) -> RunReview:
    decisions = store.finding_decisions(session, workflow_id, run_id)
    return RunReview(
        suggestion=machine_verdict(results),
        decision=store.run_decision(session, workflow_id, run_id),
        findings=reviewed(findings_of(results), decisions),
    )


def desk_review(workflow_id: str, run_id: str, may_answer: MayAnswer) -> DeskReview:
    """The review of a run, with all its findings. Raises NotFoundError for a run without a record."""
    with transaction() as session:
        record, workflow = _run(session, workflow_id, run_id)
        review = _review(session, workflow_id, run_id, record.jobs)
    return DeskReview(
        **{name: getattr(review, name) for name in RunReview.model_fields},
        workflow_id=workflow_id,
        workflow_name=workflow.name,
        run_id=run_id,
        source=record.source,
        questions=tuple(_questions(workflow_id, run_id, workflow, may_answer)),
    )


def _run(session: Session, workflow_id: str, run_id: str) -> tuple[RunRecord, Workflow]:
    record = get_run(session, workflow_id, run_id)
    if record is None:
        raise NotFoundError("workflow '{workflow_id}' has no run '{run_id}'", workflow_id=workflow_id, run_id=run_id)
    return record, resolved_at(session, workflow_id, record.revision)


def _questions(workflow_id: str, run_id: str, workflow: Workflow, may_answer: MayAnswer) -> list[WaitingApproval]:
    found = waiting_approvals({workflow_id}, may_answer, run_id=run_id)
    return [one for one in found if asks_about_review(workflow, one.step_id)]


def decide_findings(
    workflow_id: str, run_id: str, ids: Collection[str], verdict: Verdict | None, note: str | None, author: str
) -> None:
    """Store a decision on findings of a run; None leaves the earlier verdict or note. It opens a decided run again.

    Raises NotFoundError, and ConflictError where the decision on the run has answered a question.
    """
    with transaction() as session:
        record, _ = _run(session, workflow_id, run_id)
        decision = store.run_decision(session, workflow_id, run_id)
        if verdict and decision and decision.answered:
            raise _final(run_id, decision)
        known = {one.id: one for one in findings_of(record.jobs)}
        for id_ in ids:
            if id_ not in known:
                raise NotFoundError("run '{run_id}' has no finding '{finding_id}'", run_id=run_id, finding_id=id_)
        chosen = [known[id_] for id_ in dict.fromkeys(ids)]
        store.decide_findings(session, (workflow_id, run_id), chosen, verdict, note, author)
        if verdict and decision and verdict != decision.verdict:
            store.reopen_review(session, workflow_id, run_id)


def decide_run(workflow_id: str, run_id: str, decision: RunDecision, user: Any, may_answer: MayAnswer) -> None:
    """Store the decision on a run, and answer with it the questions that wait for it, as this user of Airflow.

    Where none waits, the decision is an event. Raises NotFoundError, NotPermittedError, and ConflictError where
    findings forbid the verdict, or an earlier decision has answered a question.
    """
    with transaction() as session:
        record, workflow = _run(session, workflow_id, run_id)
        review = _review(session, workflow_id, run_id, record.jobs)
    require_decidable(run_id, decision.verdict, review.findings)
    questions = _questions(workflow_id, run_id, workflow, may_answer)
    if review.decision and review.decision.answered and not questions:
        raise _final(run_id, review.decision)
    for one in questions:
        asking = StepKey(workflow_id, run_id, one.step_id)
        answer_approval(asking, ANSWERS[decision.verdict], decision.note, user, may_answer)
    decision = decision.model_copy(update={"answered": questions[0].step_id if questions else ""})
    with transaction() as session:
        store.decide_run(session, workflow_id, run_id, review.suggestion or "pass", decision)
        if not questions:
            _announce(session, record, workflow, review.model_copy(update={"decision": decision}))


def _announce(session: Session, record: RunRecord, workflow: Workflow, review: RunReview) -> None:
    context = context_of_run(session, record.workflow_id, record.run_id)
    run = Run(record.workflow_id, record.run_id, record.revision or 0, workflow, context)
    body = review_event(run, record.source, review)
    store_review_event(session, run, body if context == NO_CONTEXT else with_context(body, context))


def _final(run_id: str, decision: RunDecision) -> ConflictError:
    return ConflictError(
        "the decision on run '{run_id}' has answered step '{step}' and cannot change: {verdict} by {by}; to decide "
        "again, clear the task '{step}' in Airflow, which then asks again",
        run_id=run_id,
        step=decision.answered,
        verdict=decision.verdict,
        by=decision.by or "the timeout",
    )

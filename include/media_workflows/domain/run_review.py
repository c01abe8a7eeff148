"""What persons decided on a run and its findings, and what a decision may be. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from media_workflows.domain.base import Model
from media_workflows.domain.findings import REVIEW, Finding
from media_workflows.domain.result import now
from media_workflows.domain.step_actions.approval import APPROVED, REJECTED, Answer, Approval
from media_workflows.domain.steps import GATE, step_of_task, steps_before
from media_workflows.domain.sub_tasks.content_review import Suggestion
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConflictError

Verdict = Literal["pass", "block"]
VERDICTS: dict[Answer, Verdict] = {APPROVED: "pass", REJECTED: "block"}
ANSWERS: dict[Verdict, Answer] = {verdict: answer for answer, verdict in VERDICTS.items()}


class FindingDecision(Model):
    """The decision on a finding: who, and when. `verdict` None = there is a note only."""

    verdict: Verdict | None
    note: str
    by: str
    at: datetime


class ReviewedFinding(Finding):
    """A finding with the decision on it."""

    decision: FindingDecision | None


class RunDecision(Model):
    """The decision on a run. `by` '' = the timeout of a question; `answered` is the step that asked it, '' = none."""

    verdict: Verdict
    note: str
    by: str
    at: datetime
    answered: str


def question_decision(step_id: str, answer: Answer, by: str, note: str = "") -> RunDecision:
    """The decision that the answer to a question about a review is."""
    return RunDecision(verdict=VERDICTS[answer], note=note, by=by, at=now(), answered=step_id)


class RunReview(Model):
    """The review of a run by persons. `suggestion` is the verdict of its checks; None = it has no review step."""

    suggestion: Suggestion | None
    decision: RunDecision | None
    findings: tuple[ReviewedFinding, ...]


def reviewed(findings: Sequence[Finding], decisions: Mapping[str, FindingDecision]) -> tuple[ReviewedFinding, ...]:
    """The findings with their decisions."""
    return tuple(ReviewedFinding(**one.model_dump(), decision=decisions.get(one.id)) for one in findings)


def require_decidable(run_id: str, verdict: Verdict, findings: Sequence[ReviewedFinding]) -> None:
    """A run passes only when all findings that ask have passed, and none is blocked. Raises ConflictError."""
    if verdict == "block":
        return
    verdicts = [one.decision.verdict if one.decision else None for one in findings]
    if blocked := verdicts.count("block"):
        raise ConflictError(
            "run '{run_id}' cannot pass: blocked findings: {count}; pass them first, or block the run",
            run_id=run_id,
            count=blocked,
        )
    undecided = sum(one.asks and verdict is None for one, verdict in zip(findings, verdicts, strict=True))
    if undecided:
        raise ConflictError(
            "run '{run_id}' cannot pass: findings without a decision: {count}; pass them first, or block the run",
            run_id=run_id,
            count=undecided,
        )


def asks_about_review(workflow: Workflow, task_id: str) -> bool:
    """Whether the question of a task is about a review: the gate's, or that of an approval after one."""
    if task_id == GATE and workflow.jobs is not None:
        return True
    step = step_of_task(workflow, task_id)
    if step is None or not isinstance(step.action, Approval):
        return False
    return any(before.kind == REVIEW for before in steps_before(step, workflow.steps))

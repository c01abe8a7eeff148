"""Steps that make no media: their turn, and their stored result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.result import now
from media_workflows.domain.run_review import asks_about_review, question_decision
from media_workflows.domain.step_actions.approval import Answer
from media_workflows.domain.step_decision import StepDecision
from media_workflows.execution.actions import call, copy, notify, source
from media_workflows.execution.request import StepRequest
from media_workflows.execution.running_step import Resources, RunningStep
from media_workflows.execution.turn import take_turn
from media_workflows.execution.unexpected import code_and_message
from media_workflows.store import action_results as store
from media_workflows.store import reviews
from media_workflows.store import runs as run_store
from media_workflows.store.engine import transaction
from media_workflows.tracing import span

# What actions do; they return fields of the result.
_WORK: dict[str, Callable[[RunningStep], dict[str, Any]]] = {
    "call": call.run,
    "copy": copy.run,
    "delete_source": source.delete,
    "move_source": source.move,
    "notify": notify.run,
}


def begin_approval(request: StepRequest, resources: Resources) -> StepDecision | None:
    """Take the turn of an approval. The decision that skips it, or None: the question may be put.

    Raises as `take_turn`, after recording it.
    """
    step = RunningStep(request, resources)
    with _failure_recorded(step):
        skipped = _skipped(step)
        if skipped is None and _is_about_review(request):
            with transaction() as session:
                reviews.reopen_review(session, request.step.workflow_id, request.step.run_id)
        return skipped


def run_action(request: StepRequest, resources: Resources) -> ActionResult | StepDecision:
    """Take the turn of a step without media, do what it does, and record the result.

    Raises what made the action fail, after recording it.
    """
    step = RunningStep(request, resources)
    # The claims are kept until the result is recorded.
    with span("step", **request.about), _failure_recorded(step), step.claims.kept():
        skipped = _skipped(step)
        if skipped is not None:
            return skipped
        done = _WORK[request.kind](step)
        return _recorded(request, _result(request).model_copy(update=done))


def end_approval(request: StepRequest, answer: Answer, by: str, comment: str = "") -> ActionResult:
    """Record the answer; `by` is the user, '' = the timeout."""
    given = {"answer": answer, "by": by, "comment": comment}
    key = request.step
    if _is_about_review(request):
        decision = question_decision(key.step_id, answer, by, comment)
        with transaction() as session:
            reviews.answer_review(session, key.workflow_id, key.run_id, decision)
    return _recorded(request, _result(request).model_copy(update=given))


def _is_about_review(request: StepRequest) -> bool:
    run = request.events_of
    return run is not None and asks_about_review(run.workflow, request.step.step_id)


def _skipped(step: RunningStep) -> StepDecision | None:
    """Forget what an earlier try left, and take the step's turn."""
    key, turn = step.request.step, step.request.turn
    assert turn is not None, "steps without media are steps of a graph"
    with transaction() as session:
        store.forget_action(session, key)
        run_store.forget_cancellation(session, key.workflow_id, key.run_id, step.request.started_at)
    found = take_turn(step, turn)
    return found if isinstance(found, StepDecision) else None


@contextmanager
def _failure_recorded(step: RunningStep) -> Iterator[None]:
    """An error in the context becomes the step's result, too."""
    try:
        yield
    except Exception as error:  # also a bug of this product or a problem of the machine; Airflow may try again
        _record_failure(step, *code_and_message(error))
        raise


def _record_failure(step: RunningStep, code: str, message: str) -> None:
    """The failure itself is the error to report, even where recording it fails, too."""
    failure = {"status": "FAIL", "code": code, "message": message}
    try:
        _recorded(step.request, _result(step.request).model_copy(update=failure))
    except Exception as further:  # the database, most likely: only the log is left
        step.log(f"the failure could not be recorded: {type(further).__name__}: {further}")


def _result(request: StepRequest) -> ActionResult:
    return ActionResult(step_id=request.step.step_id, kind=request.kind, begun_at=request.started_at, finished_at=now())


def _recorded(request: StepRequest, result: ActionResult) -> ActionResult:
    with transaction() as session:
        store.record_action(session, request.step, result)
    return result

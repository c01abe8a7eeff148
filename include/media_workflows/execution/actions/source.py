"""`move_source` and `delete_source`: the run's own source, and only when all that was to be made of it exists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from media_workflows.domain.action_result import ActionOutput
from media_workflows.domain.conditions.outcomes import StepOutcome
from media_workflows.domain.step_actions.source import MoveSource
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import in_order
from media_workflows.errors import SourceGoneError, SourceKeptError
from media_workflows.execution.actions.context import turn_and_run
from media_workflows.execution.actions.copy import abort_earlier, action_outputs, staged_source
from media_workflows.execution.running_step import RunningStep
from media_workflows.execution.turn import outcomes_before
from media_workflows.log_context import ContextThreads
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.s3 import ObjectHead
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.decisions import decisions_of_run
from media_workflows.store.engine import transaction

HEAD_THREADS = 8


class _Place(NamedTuple):
    bucket: str
    key: str
    etag: str
    is_media: bool


def delete(step: RunningStep) -> dict[str, Any]:
    """Raises SourceKeptError, SourceGoneError when the source was replaced, StorageError."""
    if _head(step) is None:
        step.log("the source is gone already: there is nothing to delete")
        return {}
    if not _verified_outputs(step):
        source = step.request.source
        raise SourceKeptError(
            "s3://{bucket}/{key} is not deleted: no step has made media or a copy of it",
            bucket=source.bucket,
            key=source.key,
        )
    _remove(step)
    return {}


def move(step: RunningStep) -> dict[str, Any]:
    """Raises as `delete`, and as a copy does."""
    turn, run_ = turn_and_run(step)
    action = turn.step.action
    assert isinstance(action, MoveSource)
    abort_earlier(step)
    if _head(step) is None:
        return {"outputs": _moved_before(step, action)}
    _verified_outputs(step)
    published = step.publish_copies([staged_source(step, action, run_.workflow)])
    _remove(step)
    return {"outputs": action_outputs(published)}


def _head(step: RunningStep) -> ObjectHead | None:
    """The source as it is now; None = it is gone. Raises SourceGoneError when it is another object by now."""
    source = step.request.source
    head = step.storage.head(source.bucket, source.key)
    if head is not None and (head.etag, head.version_id) != (source.etag, source.version_id):
        raise SourceGoneError(
            "s3://{bucket}/{key} was replaced after this run began: the new object is neither moved nor deleted",
            bucket=source.bucket,
            key=source.key,
        )
    return head


def _remove(step: RunningStep) -> None:
    """In a bucket that keeps versions it gets a delete marker, so that nothing is lost."""
    source = step.request.source
    step.require_not_cancelled()
    head = _head(step)
    if head is not None and head.version_id:
        ObjectWriter(step.storage).delete(source.bucket, source.key)
    elif head is not None:
        ObjectWriter(step.storage).delete_unchanged(source.bucket, source.key, source.etag)
    step.log(f"deleted the source {source.bucket}/{source.key}")


def _moved_before(step: RunningStep, action: MoveSource) -> tuple[ActionOutput, ...]:
    """The copy that a killed try of this step made before it deleted the source."""
    _, run_ = turn_and_run(step)
    bucket = action.bucket or step.request.output.bucket
    key = action.key_of_source(step.request.source.key, run_.workflow.trigger.prefix)
    head = step.storage.head(bucket, key)
    if head is None or not step.provenance.to_metadata(bucket, key).items() <= head.metadata.items():
        source = step.request.source
        raise SourceGoneError(
            "s3://{bucket}/{key} is gone, and this run did not move it: there is nothing to move",
            bucket=source.bucket,
            key=source.key,
        )
    return (ActionOutput(bucket=bucket, key=key, size_bytes=head.size_bytes, etag=head.etag),)


def _verified_outputs(step: RunningStep) -> int:
    """How many of the outputs of the steps before are media or copies; all outputs exist. Raises SourceKeptError."""
    turn, run_ = turn_and_run(step)
    outcomes = outcomes_before(step, turn)
    with transaction() as session:
        decisions = decisions_of_run(session, run_.workflow_id, run_.run_id)
        actions = actions_of_run(session, run_.workflow_id, run_.run_id)
    settled = _skipped_by_condition(turn.before, outcomes, decisions)
    made: list[_Place] = []
    for before in (one for one in turn.before if one.makes_objects):
        _require_settled(step, before, outcomes, settled)
        outputs = outcomes[before.id].outputs
        made += (_Place(one.bucket, one.key, one.etag, before.makes_media) for one in outputs)
        if before.action and outcomes[before.id].status == "success":
            made += (_Place(one.bucket, one.key, one.etag, True) for one in actions[before.id].outputs)
    with ContextThreads(HEAD_THREADS) as pool:
        for place, is_there in zip(made, pool.map(lambda place: _is_there(step, place), made), strict=True):
            if not is_there:
                raise SourceKeptError(
                    "s3://{bucket}/{key} stays where it is: its output s3://{output_bucket}/{output_key} is missing or "
                    "was changed; run the step that makes it again",
                    bucket=step.request.source.bucket,
                    key=step.request.source.key,
                    output_bucket=place.bucket,
                    output_key=place.key,
                )
    return sum(place.is_media for place in made)


def _is_there(step: RunningStep, place: _Place) -> bool:
    head = step.storage.head(place.bucket, place.key)
    return head is not None and head.etag == place.etag


def _require_settled(
    step: RunningStep, before: StepDefinition, outcomes: Mapping[str, StepOutcome], settled: Collection[str]
) -> None:
    if outcomes[before.id].status == "success" or before.id in settled:
        return
    raise SourceKeptError(
        "s3://{bucket}/{key} stays where it is: step '{step}' is {status}; it must have succeeded, or been skipped by "
        "its condition",
        bucket=step.request.source.bucket,
        key=step.request.source.key,
        step=before.id,
        status=outcomes[before.id].status or "not ended",
    )


def _skipped_by_condition(
    before: Sequence[StepDefinition],
    outcomes: Mapping[str, StepOutcome],
    decisions: Mapping[str, StepDecision],
) -> set[str]:
    """The steps that were skipped by their condition, or because all directly before them were."""
    found: set[str] = set()
    for step in in_order(before):
        if outcomes[step.id].status != "skipped":
            continue
        decision = decisions.get(step.id)
        by_rule = (decision is None or decision.skipped is None) and bool(step.before)  # else a person has marked it
        if (decision and decision.skipped == "condition") or (by_rule and found.issuperset(step.before)):
            found.add(step.id)
    return found

"""`copy`: copies objects inside the storage, verified, together, and never over a foreign object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from media_workflows.domain.action_result import ActionOutput
from media_workflows.domain.result import OutputRecord
from media_workflows.domain.step_actions.copy import Copy, CopyPlace
from media_workflows.domain.steps import output_of
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import OutputNameError
from media_workflows.execution.actions.context import turn_and_run
from media_workflows.execution.running_step import RunningStep
from media_workflows.execution.turn import outcomes_before
from media_workflows.naming import output_key
from media_workflows.storage.multipart_registry import abort_leftovers
from media_workflows.storage.object_writer import CopyOrigin, ObjectWriter
from media_workflows.storage.publish import PublishedFile
from media_workflows.storage.server_copy import StagedCopy, with_original_tags
from media_workflows.storage.source_objects import existing_head


def run(step: RunningStep) -> dict[str, Any]:
    """Raises OutputExistsError, OutputNameError, SourceGoneError when an original changed, StorageError."""
    abort_earlier(step)
    turn, run_ = turn_and_run(step)
    action = turn.step.action
    assert isinstance(action, Copy)
    is_source = action.of == "source"
    staged = [staged_source(step, action, run_.workflow)] if is_source else list(_of_outputs(step, action))
    return {"outputs": action_outputs(step.publish_copies(staged))}


def abort_earlier(step: RunningStep) -> None:
    """The multipart uploads that a killed try of this step left open."""
    abort_leftovers(ObjectWriter(step.storage), step.claims.leftovers(), step.claims)


def action_outputs(published: Sequence[PublishedFile]) -> tuple[ActionOutput, ...]:
    """As results keep them."""
    return tuple(
        ActionOutput(bucket=one.bucket, key=one.key, size_bytes=one.size_bytes, etag=one.etag, role=one.role)
        for one in published
    )


def staged_source(step: RunningStep, action: CopyPlace, workflow: Workflow) -> StagedCopy:
    """The copy of the source, as it was when the run began."""
    source = step.request.source
    key = action.key_of_source(source.key, workflow.trigger.prefix)
    return _staged(step, action, CopyOrigin(source.bucket, source.key, source.etag, source.version_id), key)


def _of_outputs(step: RunningStep, action: Copy) -> Iterator[StagedCopy]:
    turn, run_ = turn_and_run(step)
    outcomes = outcomes_before(step, turn)
    for before in (one for one in turn.before if one.id in action.reads):
        place = output_of(run_.workflow, before)
        root = output_key("", place.directory, step.request.source.key, {}, run_.workflow.trigger.prefix)
        for output in outcomes[before.id].outputs:
            key = output.key.removeprefix(step.request.step.unpublished)
            below = key if action.directory is None else action.directory + key.removeprefix(root)
            yield _staged(step, action, CopyOrigin(output.bucket, output.key, output.etag), below, output)


def _require_another_place(step: RunningStep, origin: CopyOrigin, place: tuple[str, str]) -> None:
    """Raises OutputNameError: what is copied over itself is lost where it is moved."""
    if (origin.bucket, origin.key.removeprefix(step.request.step.unpublished)) == place:
        raise OutputNameError(
            "s3://{bucket}/{key} would be copied to its own place, and stays as it is: give the step '{step}' another "
            "bucket, directory or key",
            bucket=place[0],
            key=place[1],
            step=step.request.step.step_id,
        )


def _staged(
    step: RunningStep, action: CopyPlace, origin: CopyOrigin, key: str, record: OutputRecord | None = None
) -> StagedCopy:
    bucket = action.bucket or step.request.output.bucket
    _require_another_place(step, origin, (bucket, key))
    head = existing_head(step.storage, origin.bucket, origin.key, origin.version_id)
    prefix = step.request.output.prefix
    copy = StagedCopy(
        origin=origin,
        size_bytes=head.size_bytes,
        md5=record.md5 if record else "",
        bucket=bucket,
        key=prefix + key,
        content_type=head.content_type or "application/octet-stream",
        role=record.role if record else "main",
        user_metadata={} if record else head.metadata,
        tags=action.tags,
        storage_class=action.storage_class or "" if not prefix else "",  # of the published copy
        is_verified=True,
    )
    return with_original_tags(step.storage, copy)

"""What the steps of a run have made becomes visible together, manifests last; or all of it is removed.

Until then it lies below a directory of the run. Each part can be done again after a kill: what results name below that
directory has still to be published, and what lies there afterwards has to be removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.object_options import objects_over
from media_workflows.domain.published import Publication, copies_not_published, not_published
from media_workflows.domain.result import JobResult, OutputRecord
from media_workflows.domain.run import Run
from media_workflows.domain.step_actions.approval import REJECTED
from media_workflows.domain.step_actions.copy import Copy
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.steps import NOTIFY, PUBLISH, job_steps, steps_of
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import NotPublishedError, RejectedError, StorageError
from media_workflows.execution.change_events import change_event
from media_workflows.execution.progress import Log
from media_workflows.execution.request import StepRequest
from media_workflows.execution.running_step import Resources, RunningStep, require_not_cancelled
from media_workflows.log_context import ContextThreads
from media_workflows.plural import counted
from media_workflows.storage.multipart_registry import abort_leftovers
from media_workflows.storage.object_arguments import ObjectArguments, access_arguments
from media_workflows.storage.object_writer import CopyOrigin, ObjectWriter
from media_workflows.storage.publish import PublishedFile
from media_workflows.storage.removal import remove_below
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.server_copy import StagedCopy, with_original_tags
from media_workflows.store import unpublished as store
from media_workflows.store.action_results import actions_of_run, record_action
from media_workflows.store.engine import transaction
from media_workflows.store.made_items import move_made_items
from media_workflows.store.runs import record_job, results_of_run
from media_workflows.store.splits import end_splits_of_run
from media_workflows.tracing import span

HEAD_THREADS = 8
TaskStates = Mapping[str, str | None]  # Airflow's, by task id


@dataclass(frozen=True)
class _Results:
    """Of the steps that have ended well, by their ids."""

    jobs: dict[str, JobResult]
    actions: dict[str, ActionResult]

    @classmethod
    def of(cls, key: StepKey, states: TaskStates) -> _Results:
        with transaction() as session:
            jobs = {job.step.step_id: job for job in results_of_run(session, key.workflow_id, key.run_id)}
            actions = actions_of_run(session, key.workflow_id, key.run_id)
        ended = {id_ for id_, state in states.items() if state == "success"}
        return cls(
            {id_: jobs[id_] for id_ in ended & jobs.keys()}, {id_: actions[id_] for id_ in ended & actions.keys()}
        )


class _Waiting(NamedTuple):
    """An object that is to be published."""

    output: OutputRecord
    storage_class: str = ""
    access: Mapping[str, str] = MappingProxyType({})  # what it gets only now: its ACL and its storage class


def publish_run(workflow: Workflow, request: StepRequest, resources: Resources, states: TaskStates) -> list[JobResult]:
    """Publish what the steps of a run have made that are all done, as `require_done` has found; returns their results.

    Raises RejectedError when an approval with no step after it was rejected, NotPublishedError when outputs of a step
    are missing; JobCancelledError, OutputExistsError, StorageError.
    """
    with span("step", **request.about):
        return _publish_run(workflow, RunningStep(request, resources), states)


def _publish_run(workflow: Workflow, step: RunningStep, states: TaskStates) -> list[JobResult]:
    key = step.request.step
    results = _Results.of(key, states)
    _require_all(workflow, results)
    with step.claims.kept():
        abort_leftovers(ObjectWriter(step.storage), step.claims.leftovers(), step.claims)
        copies = _copies(step, results, workflow)
        if copies:
            published = step.publish_copies(copies)
            step.log(f"published {counted(len(published), 'object')}")
            results = _recorded(step, results, list(zip(copies, published, strict=True)))
    _remove(step.storage, key, step.log)
    return list(results.jobs.values())


def require_done(key: StepKey, workflow: Workflow, states: TaskStates) -> None:
    """Raises NotPublishedError when a step failed, JobCancelledError.

    Steps that let their run go on count as done.
    """
    require_not_cancelled(key)
    ids = [step.id for step in steps_of(workflow) if step.id not in (PUBLISH, NOTIFY)]
    failed = next((id_ for state in ("failed", "upstream_failed") for id_ in ids if states.get(id_) == state), None)
    if failed is not None:
        raise NotPublishedError(
            "nothing of this run is published, as its step '{step}' failed, and `publish: together` publishes all or "
            "nothing: correct the cause, and retry the run",
            step=failed,
        )


def discard(key: StepKey, run: Run | None, storage: ObjectStorage, error: NotPublishedError, log: Log) -> None:
    """Remove what the steps of the run have made and not published; their results say why.

    `run` is the one whose receivers get an event of this change; None = there are none.
    """
    directory = key.unpublished
    with change_event(run) as session:
        for job in results_of_run(session, key.workflow_id, key.run_id):
            if (removed := not_published(job, directory, error)) != job:
                record_job(session, key.workflow_id, key.run_id, removed)
        for id_, action in actions_of_run(session, key.workflow_id, key.run_id).items():
            if (gone := copies_not_published(action, directory, error)) != action:
                record_action(session, replace(key, step_id=id_), gone)
        move_made_items(session, directory, lambda _: None)
    _remove(storage, key, log)


def _require_all(workflow: Workflow, results: _Results) -> None:
    """Raises NotPublishedError when outputs were removed, RejectedError after a rejection with no step after it."""
    items = [(id_, item.code) for id_, job in results.jobs.items() for item in job.items]
    removed = [id_ for id_, code in items if code == NotPublishedError.code]
    removed += [id_ for id_, action in results.actions.items() if action.code == NotPublishedError.code]
    if removed:
        raise NotPublishedError(
            "nothing of this run is published, as the outputs of its step '{step}' were removed when it failed before: "
            "retry the whole run, which makes them again",
            step=removed[0],
        )
    followed = {id_ for step in workflow.steps for id_ in step.before}
    for step in workflow.steps:
        result = results.actions.get(step.id)
        if step.approval and step.id not in followed and result and result.answer == REJECTED:
            raise _rejection(step.id, result.by)


def _rejection(step_id: str, by: str) -> RejectedError:
    if not by:
        return RejectedError(
            "nothing of this run is published, as the approval '{step}' was not answered in time", step=step_id
        )
    return RejectedError(
        "nothing of this run is published, as the approval '{step}' was rejected by {by}", step=step_id, by=by
    )


def _copies(step: RunningStep, results: _Results, workflow: Workflow) -> list[StagedCopy]:
    directory = step.request.step.unpublished
    waiting = [one for one in _made(results, workflow) if one.output.key.startswith(directory)]
    with ContextThreads(HEAD_THREADS) as pool:
        return list(pool.map(partial(_copy, step), waiting))


def _made(results: _Results, workflow: Workflow) -> Iterator[_Waiting]:
    steps = {step.id: step for step in job_steps(workflow)}
    for id_, job in results.jobs.items():
        for index, item in enumerate(job.items if id_ in steps else ()):
            general = steps[id_].output_of(workflow).objects
            access = access_arguments(objects_over(steps[id_].items[index].objects, general))
            yield from (_Waiting(output, access=access) for output in item.outputs)
    for definition in workflow.steps:
        if isinstance(definition.action, Copy) and definition.id in results.actions:
            for output in results.actions[definition.id].outputs:
                record = OutputRecord(**output.model_dump(), md5="")
                yield _Waiting(record, definition.action.storage_class or "")


def _copy(step: RunningStep, waiting: _Waiting) -> StagedCopy:
    output = waiting.output
    head = step.storage.head(output.bucket, output.key)
    if head is None or head.etag != output.etag:
        raise NotPublishedError(
            "nothing of this run is published, as s3://{bucket}/{key} is missing or was changed since a step made it: "
            "retry the run",
            bucket=output.bucket,
            key=output.key,
        )
    copy = StagedCopy(
        origin=CopyOrigin(output.bucket, output.key, output.etag, head.version_id),
        size_bytes=output.size_bytes,
        md5=output.md5,
        bucket=output.bucket,
        key=output.key.removeprefix(step.request.step.unpublished),
        content_type=head.content_type or "application/octet-stream",
        role=output.role,
        user_metadata=head.metadata,
        storage_class=waiting.storage_class,
        is_verified=True,
        stored=ObjectArguments({**head.headers, **waiting.access}),
    )
    return with_original_tags(step.storage, copy)


def _recorded(step: RunningStep, results: _Results, published: list[tuple[StagedCopy, PublishedFile]]) -> _Results:
    """The results with the places at which all is visible."""
    key = step.request.step
    etags = {copy.origin[:2]: ((file.bucket, file.key), file.etag) for copy, file in published}
    publication = Publication(etags, step.picture_at)
    recorded = _Results(
        {id_: publication.of_job(job) for id_, job in results.jobs.items()},
        {id_: publication.of_action(action) for id_, action in results.actions.items()},
    )
    with change_event(step.request.events_of) as session:
        for job in recorded.jobs.values():
            record_job(session, key.workflow_id, key.run_id, job)
        for id_, action in recorded.actions.items():
            record_action(session, replace(key, step_id=id_), action)
        move_made_items(session, key.unpublished, publication.moved)
    return recorded


def _remove(storage: ObjectStorage, key: StepKey, log: Log) -> None:
    """A failure is logged only: housekeeping removes what is left."""
    with transaction() as session:
        buckets = store.buckets_of(session, key.workflow_id, key.run_id)
    try:
        for bucket in buckets:
            remove_below(storage, bucket, key.unpublished)
    except StorageError as error:
        log(f"{key.unpublished} could not be emptied; the daily housekeeping will do it: {error}")
        return
    with transaction() as session:
        end_splits_of_run(session, key.workflow_id, key.run_id)
        store.forget_buckets(session, key.workflow_id, key.run_id)

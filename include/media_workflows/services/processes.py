"""Ad-hoc processing: requests for jobs or steps on objects, a prefix or a URL. DAG media_process runs them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from media_workflows.domain.backfill import BackfillState, ObjectState
from media_workflows.domain.base import Model, invalid, shown
from media_workflows.domain.notification import shown_url
from media_workflows.domain.places import Place, extra_inputs, first_outside, output_places, places_of
from media_workflows.domain.process import ProcessRequest
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.request_context import RequestContext
from media_workflows.domain.trigger import DEFAULT_FORMATS, has_format
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConflictError, InvalidRequestError, NotPermittedError
from media_workflows.services.backfills import cancel_backfill
from media_workflows.services.buckets import storage
from media_workflows.services.places import require_allowed
from media_workflows.settings import get_settings
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import backfill_objects
from media_workflows.store import backfills as backfill_store
from media_workflows.store import processes as store
from media_workflows.store import workflows as workflow_store
from media_workflows.store.backfill_objects import BackfillObject, SelectedObject
from media_workflows.store.backfills import Backfill
from media_workflows.store.engine import transaction
from media_workflows.store.processes import StoredProcess
from media_workflows.store.templates import load_library

_SHOWN_KEYS = 20  # of missing objects, in an error


class ProcessState(Model):
    """A request: its state, and the counts of its objects. `workflow_id` and the runs' ids lead to the runs."""

    request_id: str
    workflow_id: str
    state: BackfillState
    problem: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    bucket: str
    prefix: str
    url: str
    priority: int
    force: bool
    max_at_once: int
    per_minute: int | None
    context: RequestContext
    total: int
    total_bytes: int
    queued: int
    active: int
    finished: int
    failed: int
    skipped: int


class Accepted(NamedTuple):
    """A request that is stored. `is_new`: it was not before."""

    state: ProcessState
    is_new: bool


def process(request: ProcessRequest, author: str, own_workflows: Collection[str] | None = None) -> Accepted:
    """Store a request whose sources exist; its runs start by themselves. The same request again starts nothing.

    `own_workflows`: the caller may edit these alone, so the request may use their places alone; None = all places.
    Raises DefinitionError, InvalidRequestError, NotPermittedError, ConflictError, StorageError.
    """
    with transaction() as session:
        known = store.find_process(session, request.request_id) if request.request_id else None
        library = load_library(session)
    if known:
        return Accepted(_same(known, request), is_new=False)
    workflow = request.definition(library)
    _require_permitted(request, workflow, own_workflows)
    objects = _sources(request, storage())
    request_id = request.request_id or f"pr_{secrets.token_hex(12)}"
    with transaction() as session:
        is_new = store.add_process(session, request, request_id, workflow, objects, author)
    with transaction() as session:
        stored = store.get_process(session, request_id)
    return Accepted(_state(stored) if is_new else _same(stored, request), is_new)


def _same(known: StoredProcess, request: ProcessRequest) -> ProcessState:
    if known.digest != request.digest():
        raise ConflictError(
            "request '{request_id}' exists with another content: repeat it unchanged, or choose another request_id",
            request_id=known.request_id,
        )
    return _state(known)


def _require_permitted(request: ProcessRequest, workflow: Workflow, own_workflows: Collection[str] | None) -> None:
    """As a workflow that reads the objects themselves, and not the whole directory that they have in common."""
    bucket = workflow.trigger.bucket
    read = [Place(bucket, path) for path in request.keys or [request.prefix or workflow.trigger.prefix]]
    places = [*read, *extra_inputs(workflow), *output_places(workflow)]
    require_allowed(places)
    if own_workflows is None:
        return
    if outside := first_outside(places, _places_of(own_workflows)):
        raise NotPermittedError(
            "{place} is outside the buckets and directories of the workflows that your Airflow role allows to edit: "
            "choose another place, or ask for the permission to edit all DAGs",
            place=outside,
        )


def _places_of(workflow_ids: Iterable[str]) -> list[Place]:
    with transaction() as session:
        found = workflow_store.list_workflows(session, ids=workflow_ids, limit=100_000).items
    return [place for one in found for place in places_of(one.definition)]


def _sources(request: ProcessRequest, objects: ObjectStorage) -> list[SelectedObject]:
    """The sources as they are now. Raises InvalidRequestError when one is missing or there are too many."""
    objects.check_buckets(request.source_bucket, request.output.bucket or request.source_bucket)
    if request.url:
        return [SelectedObject(shown_url(request.url), "", 0)]
    limit = get_settings().process_max_objects
    if request.keys:
        return _named(request, objects, limit)
    return _below_prefix(request, objects, limit)


def _named(request: ProcessRequest, objects: ObjectStorage, limit: int) -> list[SelectedObject]:
    keys = list(dict.fromkeys(request.keys))
    if len(keys) > limit:
        raise _too_many("keys", f"{len(keys)} keys", limit)
    heads = {key: objects.head(request.source_bucket, key) for key in keys}
    missing = [key for key, head in heads.items() if head is None]
    if missing:
        problem = invalid(
            "must name existing objects: {count} of {total} are not in bucket '{bucket}': upload them, or correct the "
            "keys",
            count=len(missing),
            total=len(keys),
            bucket=request.source_bucket,
        )
        raise InvalidRequestError([problem.at("keys", ", ".join(missing[:_SHOWN_KEYS]))])
    return [SelectedObject(key, head.etag, head.size_bytes) for key, head in heads.items() if head]


def _below_prefix(request: ProcessRequest, objects: ObjectStorage, limit: int) -> list[SelectedObject]:
    formats = request.formats or DEFAULT_FORMATS
    found: list[SelectedObject] = []
    for page in objects.iter_listing(request.source_bucket, request.prefix or ""):
        found += [SelectedObject(one.key, one.etag, one.size_bytes) for one in page.objects if _fits(one.key, formats)]
        if len(found) > limit:
            raise _too_many("prefix", shown(request.prefix), limit)
    if not found:
        problem = invalid(
            "must be the prefix of at least one object with one of the formats ({formats}): correct it, or set "
            "`formats`",
            formats=", ".join(formats),
        )
        raise InvalidRequestError([problem.at("prefix", shown(request.prefix))])
    return found


def _fits(key: str, formats: tuple[str, ...]) -> bool:
    return not key.endswith("/") and has_format(key, formats)


def _too_many(field: str, value: str, limit: int) -> InvalidRequestError:
    problem = invalid(
        "selects more than {limit} objects, the limit of one request: split it, make a backfill of a workflow, or let "
        "an administrator raise setting process_max_objects",
        limit=limit,
    )
    return InvalidRequestError([problem.at(field, value)])


def get_process(request_id: str) -> ProcessState:
    """A request. Raises NotFoundError."""
    with transaction() as session:
        found = store.get_process(session, request_id)
    return _state(found)


def list_processes(offset: int = 0, limit: int = 50) -> list[ProcessState]:
    """Requests, newest first."""
    with transaction() as session:
        page = backfill_store.list_backfills(session, [PROCESS], offset, limit)
        stored = [(store.process_of_backfill(session, one.id), one) for one in page.items]
    return [_shown_state(found, backfill) for found, backfill in stored]


def objects_of(
    request_id: str, state: ObjectState | None = None, after: str = "", limit: int = 100
) -> list[BackfillObject]:
    """The sources of a request in the order of keys, with their runs. Raises NotFoundError."""
    with transaction() as session:
        found = store.get_process(session, request_id)
        return backfill_objects.list_objects(session, found.backfill_id, state, after, limit)


def cancel_process(request_id: str, author: str) -> ProcessState:
    """End a request: queued sources get no runs, and runs in progress are cancelled.

    Raises NotFoundError, ConflictError.
    """
    with transaction() as session:
        found = store.get_process(session, request_id)
    cancel_backfill(found.backfill_id, author, cancel_runs=True)
    return _state(found)


def _state(stored: StoredProcess) -> ProcessState:
    with transaction() as session:
        backfill = backfill_store.get_backfill(session, stored.backfill_id)
    return _shown_state(stored, backfill)


def _shown_state(stored: StoredProcess, backfill: Backfill) -> ProcessState:
    common = {name: getattr(backfill, name) for name in ProcessState.model_fields if name in Backfill.model_fields}
    return ProcessState(
        **common,
        request_id=stored.request_id,
        prefix=backfill.filters.prefix,
        url=shown_url(stored.url) if stored.url else "",
        priority=stored.definition.priority,
        force=stored.force,
    )

"""Ad-hoc processing: requests for jobs or steps on objects, a prefix or a URL. DAG media_process runs them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.domain.backfill import ObjectState
from media_workflows.domain.base import invalid, shown
from media_workflows.domain.dry_run import DryRun
from media_workflows.domain.notification import shown_url
from media_workflows.domain.places import Place, first_outside, places_of
from media_workflows.domain.process import REQUESTED, ProcessLimits, ProcessRequest, request_problems
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.shared_outputs import shared_output_problems
from media_workflows.domain.trigger import DEFAULT_FORMATS, has_format
from media_workflows.domain.workflow import VendorForm, Workflow, resolved
from media_workflows.errors import ConflictError, FieldProblem, InvalidRequestError, NotPermittedError
from media_workflows.ingest.backfill import named_objects
from media_workflows.notifications.transports.addresses import is_permitted, literal_address
from media_workflows.services import dry_run as dry_run_service
from media_workflows.services.backfills import cancel_backfill
from media_workflows.services.buckets import note_region, require_region, storage
from media_workflows.services.caller_places import are_of_caller, sees_all
from media_workflows.services.places import require_allowed
from media_workflows.services.process_places import places_of_objects, places_of_requests
from media_workflows.services.run_list import RunRow, rows_of
from media_workflows.settings import get_settings
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import backfill_objects
from media_workflows.store import processes as store
from media_workflows.store import workflows as workflow_store
from media_workflows.store.backfill_objects import BackfillObject, SelectedObject
from media_workflows.store.backfills import get_backfill
from media_workflows.store.engine import transaction
from media_workflows.store.processes import ProcessFilter, ProcessPage, ProcessState, StoredProcess
from media_workflows.store.run_list import runs_of_keys
from media_workflows.store.templates import load_library

_SHOWN_KEYS = 20  # of missing objects, in an error
_MOST_SEARCHED = 500  # requests, whose definitions are read to find those of a caller's places: about half a second
ALL = ProcessFilter()


class ProcessObject(BackfillObject):
    """A source of a request. `run` is how far its run is, why it failed, its outputs; null = it has none yet."""

    run: RunRow | None


class Accepted(NamedTuple):
    """A request that is stored. `is_new`: it was not before."""

    state: ProcessState
    is_new: bool


def process(
    request: ProcessRequest,
    author: str,
    own_workflows: Collection[str] | None = None,
    vendor: VendorForm | None = None,
) -> Accepted:
    """Store a request whose sources exist; its runs start by themselves. The same request again starts nothing.

    `own_workflows`: the caller may edit these alone, so the request may use their places alone; None = all places.
    `vendor` is stored with it: what it was made from. Raises InvalidRequestError, NotPermittedError, ConflictError,
    StorageError.
    """
    with transaction() as session:
        known = store.find_process(session, request.request_id) if request.request_id else None
        library = load_library(session)
    if known:
        _require_visible(known.request_id)
        return Accepted(_same(known, request), is_new=False)
    workflow = request.definition(library).model_copy(update={"vendor": vendor})
    if request.url and (problem := _address_problem(request.url)):
        raise InvalidRequestError([problem])
    as_it_runs = resolved(workflow, library)
    _require_permitted(request, as_it_runs, own_workflows)
    objects = _sources(request, storage())
    if request.prefix and (shared := shared_output_problems(as_it_runs, [one.key for one in objects])):
        raise InvalidRequestError(shared)
    request_id = request.request_id or f"pr_{secrets.token_hex(12)}"
    with transaction() as session:
        is_new = store.add_process(session, request, request_id, workflow, objects, author)
    with transaction() as session:
        stored = store.get_process(session, request_id)
    return Accepted(get_process(request_id) if is_new else _same(stored, request), is_new)


def _address_problem(url: str) -> FieldProblem | None:
    """Of a URL with an address that its run would not connect to. Names are resolved by the run."""
    host = urlsplit(url).hostname or ""
    address = literal_address(host)
    if address is None or is_permitted(host, address, get_settings().url_allowed_hosts):
        return None
    problem = invalid(
        "must lead to a public address, and {address} is a private, loopback, link-local or metadata address: to allow "
        "it, let an administrator add it to setting url_allowed_hosts",
        address=address,
    )
    return problem.at("url", shown(shown_url(url)))


def _same(known: StoredProcess, request: ProcessRequest) -> ProcessState:
    if known.digest != request.digest():
        raise ConflictError(
            "request '{request_id}' exists with another content: repeat it unchanged, or choose another request_id",
            request_id=known.request_id,
        )
    return get_process(known.request_id)


def _require_permitted(request: ProcessRequest, workflow: Workflow, own_workflows: Collection[str] | None) -> None:
    require_permitted_places(places_of_objects(workflow, request.keys, request.prefix or ""), own_workflows)


def require_permitted_places(places: Sequence[Place], own_workflows: Collection[str] | None) -> None:
    """Require that a user with these own workflows may use the places; None = all. Raises NotPermittedError."""
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
    buckets = (request.source_bucket, request.output.bucket or request.source_bucket)
    region = objects.check_buckets(*buckets, request.bucket_field)
    note_region(set(buckets), region)
    if request.output.region:
        require_region(request.source_bucket, region, request.output.region)
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
    found = {one.key: one for one in named_objects(objects, request.source_bucket, request.keys).objects}
    missing = [key for key in keys if key not in found]
    if missing:
        problem = invalid(
            "must name existing objects: {count} of {total} are not in bucket '{bucket}': upload them, or correct the "
            "keys",
            count=len(missing),
            total=len(keys),
            bucket=request.source_bucket,
        )
        raise InvalidRequestError([problem.at("keys", ", ".join(missing[:_SHOWN_KEYS]))])
    return [SelectedObject(one.key, one.etag, one.size_bytes) for one in found.values()]


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
    _require_visible(request_id)
    with transaction() as session:
        return store.process_state(session, request_id)


def list_processes(which: ProcessFilter = ALL, offset: int = 0, limit: int = 50) -> ProcessPage:
    """Requests, newest first; for a caller with places those of the newest that the caller may see."""
    with transaction() as session:
        if sees_all():
            return store.list_processes(session, which, offset, limit)
        newest = store.list_processes(session, which, 0, _MOST_SEARCHED)
        places = places_of_requests(session, [one.request_id for one in newest.items])
    visible = [one for one in newest.items if are_of_caller(places[one.request_id])]
    is_exact = newest.total_is_exact and newest.total <= _MOST_SEARCHED
    return ProcessPage(total=len(visible), total_is_exact=is_exact, items=visible[offset : offset + limit])


def _require_visible(request_id: str) -> None:
    """Require that the caller may see the places of a request, if there is one. Raises NotFoundError."""
    if sees_all():
        return
    with transaction() as session:
        for places in places_of_requests(session, [request_id]).values():
            if not are_of_caller(places):
                raise store.missing(request_id)


def request_of(request_id: str) -> ProcessRequest:
    """A request as it can be made again: without its id, and without the query of a URL. Raises NotFoundError."""
    _require_visible(request_id)
    with transaction() as session:
        found = store.get_process(session, request_id)
        backfill = get_backfill(session, found.backfill_id)
    defined = found.definition.model_dump(mode="json", include=set(REQUESTED), exclude_defaults=True)
    limits = {name: getattr(backfill, name) for name in ProcessLimits.model_fields}
    common = {"force": found.force, "limits": limits, "context": backfill.context.model_dump()}
    filters = backfill.filters
    objects = {"bucket": backfill.bucket, "keys": filters.keys, "prefix": filters.prefix, "formats": filters.formats}
    source = {"url": shown_url(found.url)} if found.url else {**objects, "prefix": filters.prefix or None}
    return ProcessRequest.model_validate({**source, **defined, **common})


def problems(request: Any) -> list[FieldProblem]:
    """The problems of a request, without a look into buckets; [] = it is valid."""
    with transaction() as session:
        library = load_library(session)
    found = request_problems(request, library)
    url = request.get("url") if isinstance(request, dict) else None
    if not isinstance(url, str) or any(problem.field == "url" for problem in found):
        return found
    address = _address_problem(url)
    return [*found, address] if address else found


def dry_run(
    request: ProcessRequest, key: str, own_workflows: Collection[str] | None = None, calibrate: bool = True
) -> DryRun:
    """What the runs of a request would do with one of its objects. Nothing is stored or written.

    Raises InvalidRequestError, NotPermittedError, StorageError.
    """
    with transaction() as session:
        library = load_library(session)
    workflow = request.definition(library)
    _require_permitted(request, workflow, own_workflows)
    if not request.selects(key):
        problem = invalid("must be the key of an object of the request")
        raise InvalidRequestError([problem.at("key", shown(key))])
    return dry_run_service.of_definition(workflow, key, calibrate)


def objects_of(
    request_id: str, state: ObjectState | None = None, after: str = "", limit: int = 100
) -> list[ProcessObject]:
    """The sources of a request in the order of keys, with their runs. Raises NotFoundError."""
    _require_visible(request_id)
    with run_history() as session:
        found = store.get_process(session, request_id)
        objects = backfill_objects.list_objects(session, found.backfill_id, state, after, limit)
        keys = [(PROCESS, one.run_id) for one in objects if one.run_id]
        runs = {run.run_id: run for run in rows_of(session, runs_of_keys(session, keys))}
    return [ProcessObject(**one.model_dump(), run=runs.get(one.run_id or "")) for one in objects]


def cancel_process(request_id: str, author: str) -> ProcessState:
    """End a request: queued sources get no runs, and runs in progress are cancelled.

    Raises NotFoundError, ConflictError.
    """
    _require_visible(request_id)
    with transaction() as session:
        found = store.get_process(session, request_id)
    try:
        cancel_backfill(found.backfill_id, author, cancel_runs=True)
    except ConflictError:
        raise ConflictError(
            "request '{request_id}' has ended: there is nothing to cancel", request_id=request_id
        ) from None
    return get_process(request_id)

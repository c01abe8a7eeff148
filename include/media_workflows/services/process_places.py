"""The places that requests for ad-hoc processing read and write, for permissions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from media_workflows.domain.places import Place, extra_inputs, output_places
from media_workflows.domain.workflow import Workflow
from media_workflows.store import processes as store


def places_of_objects(workflow: Workflow, keys: Sequence[str], prefix: str) -> list[Place]:
    """What the runs of a request read and write: the objects themselves, and not the directory they have in common."""
    bucket = workflow.trigger.bucket
    read = [Place(bucket, path) for path in keys or [prefix or workflow.trigger.prefix]]
    return [*read, *extra_inputs(workflow), *output_places(workflow)]


def places_of_requests(session: Session, request_ids: Collection[str]) -> dict[str, list[Place]]:
    """The same of stored requests, by their ids; those that there are."""
    return {
        one.request_id: places_of_objects(one.definition, one.filters.keys, one.filters.prefix)
        for one in store.objects_of_requests(session, request_ids)
    }

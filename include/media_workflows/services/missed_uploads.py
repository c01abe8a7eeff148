"""Missed uploads: objects of a workflow's trigger that should have started a run and did not, with the reason."""

from __future__ import annotations

from media_workflows.domain.backfill import BackfillFilters, Selection
from media_workflows.domain.base import Model, invalid
from media_workflows.errors import InvalidRequestError
from media_workflows.ingest.backfill import named_objects
from media_workflows.ingest.selection import MissedUpload, Selector
from media_workflows.plural import counted
from media_workflows.services.buckets import storage
from media_workflows.services.places import require_allowed_workflow
from media_workflows.store.engine import get_engine, transaction
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import StoredWorkflow, get_workflow

_SHOWN_KEYS = 20
MAX_PAGES = 5  # of 1,000 objects, in one call


class MissedPage(Model):
    """Missed uploads in the order of keys. `next` is the key to continue after; null = the whole directory was listed.

    `listed` objects were looked at: a page may contain fewer missed uploads than the limit, and still have a next one.
    """

    items: list[MissedUpload]
    listed: int
    next: str | None


def require_missed(workflow: StoredWorkflow, keys: tuple[str, ...]) -> None:
    """Raises InvalidRequestError with the keys of objects that are no missed uploads of the workflow."""
    files, trigger = storage(), workflow.definition.trigger
    filters = BackfillFilters(select=Selection.MISSED, keys=keys)
    selector = Selector(files, get_engine(), workflow, trigger.bucket, filters, until=utcnow())
    missed = {one.key for one in selector.missed(named_objects(files, trigger.bucket, keys))}
    if others := [key for key in dict.fromkeys(keys) if key not in missed]:
        problem = invalid(
            "must name missed uploads alone, and these are none: {keys}; list the missed uploads, and leave these out",
            keys=", ".join(others[:_SHOWN_KEYS]),
        )
        raise InvalidRequestError([problem.at("keys", counted(len(others), "other key"))])


def missed_uploads(workflow_id: str, after: str = "", limit: int = 100) -> MissedPage:
    """The missed uploads of a workflow among the objects after key `after`. Raises NotFoundError, StorageError."""
    with transaction() as session:
        workflow = get_workflow(session, workflow_id)
    require_allowed_workflow(workflow.definition)
    files, trigger = storage(), workflow.definition.trigger
    filters = BackfillFilters(select=Selection.MISSED)
    selector = Selector(files, get_engine(), workflow, trigger.bucket, filters, until=utcnow())
    items: list[MissedUpload] = []
    listed = 0
    for _ in range(MAX_PAGES):
        page = files.list_page(trigger.bucket, trigger.prefix, after=after)
        items += selector.missed(page)
        listed += len(page.objects)
        if len(items) > limit:
            return MissedPage(items=items[:limit], listed=listed, next=items[limit - 1].key)
        if not page.next_token:
            return MissedPage(items=items, listed=listed, next=None)
        after = page.objects[-1].key
    return MissedPage(items=items, listed=listed, next=after)

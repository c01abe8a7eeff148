"""Which workflows and runs the caller may see, by the places of the caller's roles (setting `role_places`).

A workflow is visible if all places of all its revisions are the caller's: its history shows, and its runs link, the
objects of former places too. DAGs that are not workflows are not visible to a caller with places, as what they
read is not known; a run of ad-hoc processing is, by the places of its request.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable
from threading import Lock

import structlog
from pydantic import ValidationError
from sqlalchemy.orm import Session

from media_workflows.domain.places import Place, places_of
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import NotFoundError
from media_workflows.services.caller_places import are_of_caller, sees_all
from media_workflows.services.process_places import places_of_requests
from media_workflows.store import processes, revisions
from media_workflows.store.engine import transaction

log = structlog.get_logger(__name__)

Edit = tuple[str, int]  # a workflow and the number of its revision, which never changes
MOST_KNOWN = 50_000  # edits whose places are kept, some 200 bytes each
READ_AT_ONCE = 500  # definitions, some kB each
NOWHERE = (Place("?"),)  # of a definition that cannot be read any more: no bucket has this name

_known: OrderedDict[Edit, tuple[Place, ...]] = OrderedDict()
_guard = Lock()


def visible_workflows(ids: Collection[str]) -> set[str]:
    """Those of these DAGs that the caller may see."""
    if sees_all():
        return set(ids)
    with transaction() as session:
        edits = revisions.numbers_of_revisions(session, ids)
        places = _places_of(session, edits)
    hidden = {edit[0] for edit in edits if not are_of_caller(places[edit])}
    return {id_ for id_, _ in edits} - hidden


def is_visible(workflow_id: str) -> bool:
    """Whether the caller may see a workflow. The DAG of ad-hoc processing is, and its runs are checked one by one."""
    return sees_all() or workflow_id == PROCESS or bool(visible_workflows([workflow_id]))


def is_visible_run(workflow_id: str, run_id: str) -> bool:
    """Whether the caller may see a run."""
    if sees_all() or workflow_id != PROCESS:
        return is_visible(workflow_id)
    with transaction() as session:
        found = processes.requests_of_runs(session, [run_id]).get(run_id)
        if found is None:
            return False
        return are_of_caller(places_of_requests(session, [found.request_id])[found.request_id])


def require_visible(workflow_id: str, run_id: str | None = None) -> None:
    """Require that the caller may see a workflow, and a run of it. Raises NotFoundError."""
    if not is_visible(workflow_id) or (workflow_id == PROCESS and run_id is None and not sees_all()):
        raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=workflow_id)
    if run_id is not None and not is_visible_run(workflow_id, run_id):
        raise NotFoundError("workflow '{workflow_id}' has no run '{run_id}'", workflow_id=workflow_id, run_id=run_id)


def _places_of(session: Session, edits: Iterable[Edit]) -> dict[Edit, tuple[Place, ...]]:
    """What each edit reads and writes; those that were asked for before are not read again."""
    asked = list(edits)
    with _guard:
        found = {edit: _known[edit] for edit in asked if edit in _known}
    missing = [edit for edit in asked if edit not in found]
    for start in range(0, len(missing), READ_AT_ONCE):
        for edit, definition in revisions.definitions_of(session, missing[start : start + READ_AT_ONCE]):
            found[edit] = _read(edit, definition)
    with _guard:
        _known.update((edit, found[edit]) for edit in missing if edit in found)
        while len(_known) > MOST_KNOWN:
            _known.popitem(last=False)
    return {edit: found.get(edit, NOWHERE) for edit in asked}


def _read(edit: Edit, definition: object) -> tuple[Place, ...]:
    try:
        return tuple(places_of(Workflow.model_validate(definition)))
    except ValidationError:
        log.exception("a revision is hidden from users with places, as it cannot be read", workflow=edit[0])
        return NOWHERE

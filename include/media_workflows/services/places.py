"""Permissions on places of the storage: settings `allowed_places` and `role_places`, and the present places of a
workflow.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy.orm import Session

from media_workflows.domain.places import Place, first_outside, places_of
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.errors import NotFoundError, NotPermittedError, PlaceNotPermittedError
from media_workflows.services.caller_places import caller_places, sees_all
from media_workflows.settings import get_settings
from media_workflows.store import workflows as store
from media_workflows.store.engine import transaction
from media_workflows.store.templates import load_library


def allowed_places() -> list[Place]:
    """The places of setting `allowed_places`; [] = all that the credentials can access."""
    return [Place.parse(text) for text in get_settings().allowed_places]


def require_allowed(places: Iterable[Place]) -> None:
    """Require that setting `allowed_places`, and the caller's own places, hold every place.

    Raises NotPermittedError, PlaceNotPermittedError.
    """
    places = list(places)
    allowed = allowed_places()
    if allowed and (outside := first_outside(places, allowed)):
        raise NotPermittedError(
            "{place} is not among the places that workflows may use: choose another bucket or directory, or let an "
            "administrator add it to setting allowed_places",
            place=outside,
        )
    own = caller_places()
    if own is not None and (outside := first_outside(places, own)):
        raise PlaceNotPermittedError(
            "{place} is not among the places of your Airflow roles: choose another bucket or directory, or let an "
            "administrator add it to setting role_places",
            place=outside,
        )


def require_allowed_workflow(workflow: Workflow) -> None:
    """Require that a workflow, with what its templates name, reads and writes allowed places only.

    Raises NotPermittedError.
    """
    with transaction() as session:
        require_allowed_workflows(session, [workflow])


def require_allowed_workflows(session: Session, workflows: Iterable[Workflow]) -> None:
    """The same of each. They are not read where all places are allowed."""
    if sees_all() and not get_settings().allowed_places:
        return
    library = load_library(session)
    for workflow in workflows:
        # A template that is unknown or does not fit is refused when the workflow is saved or enabled.
        with suppress(NotFoundError, ValueError):
            workflow = resolved(workflow, library)
        require_allowed(places_of(workflow))


def leads_to_allowed(place: Place) -> bool:
    """Whether a place is allowed or contains one that is: it may be shown on the way there."""
    allowed, own = allowed_places(), caller_places()
    if allowed and not any(place.leads_to(bound) for bound in allowed):
        return False
    return own is None or any(place.leads_to(bound) for bound in own)


def require_present_places(workflow_id: str, definition: Workflow) -> None:
    """Require that an edit stays in the workflow's present places. Raises NotPermittedError, NotFoundError.

    For those who may edit this workflow and not workflows in general: another bucket or directory is like a new
    workflow.
    """
    with transaction() as session:
        present = places_of(store.get_workflow(session, workflow_id).definition)
    if outside := first_outside(places_of(definition), present):
        raise NotPermittedError(
            "{place} is outside the present buckets and directories of workflow {workflow_id}: your Airflow role "
            "allows to edit this workflow, and another place requires the permission to edit all DAGs",
            place=outside,
            workflow_id=workflow_id,
        )

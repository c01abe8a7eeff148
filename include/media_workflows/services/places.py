"""Permissions on places of the storage: setting `allowed_places`, and the present places of a workflow."""

from __future__ import annotations

from collections.abc import Iterable

from media_workflows.domain.places import Place, first_outside, places_of
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import NotPermittedError
from media_workflows.settings import get_settings
from media_workflows.store import workflows as store
from media_workflows.store.engine import transaction


def allowed_places() -> list[Place]:
    """The places of setting `allowed_places`; [] = all that the credentials can access."""
    return [Place.parse(text) for text in get_settings().allowed_places]


def require_allowed(places: Iterable[Place]) -> None:
    """Require that setting `allowed_places` holds every place. Raises NotPermittedError."""
    allowed = allowed_places()
    if allowed and (outside := first_outside(places, allowed)):
        raise NotPermittedError(
            "{place} is not among the places that workflows may use: choose another bucket or directory, or let an "
            "administrator add it to setting allowed_places",
            place=outside,
        )


def require_allowed_workflow(workflow: Workflow) -> None:
    """Require that a workflow reads and writes allowed places only. Raises NotPermittedError."""
    require_allowed(places_of(workflow))


def leads_to_allowed(place: Place) -> bool:
    """Whether a place is allowed or contains one that is: it may be shown on the way there."""
    allowed = allowed_places()
    return not allowed or any(bound.holds(place) or place.holds(bound) for bound in allowed)


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

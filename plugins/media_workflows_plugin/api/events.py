"""Routes: events, their deliveries, and test events."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from media_workflows.domain.base import invalid
from media_workflows.errors import NotFoundError
from media_workflows.notifications.targets import parse_notification
from media_workflows.services import events as service
from media_workflows.services.events import EventHistory
from media_workflows.store.deliveries import Attempt
from media_workflows.store.delivery_log import DeliveryFilter, DeliveryPage, DeliveryState, list_deliveries
from media_workflows.store.engine import transaction
from media_workflows_plugin.api.access import Creator, EditableWorkflows, ReadableWorkflows, RunEditor, RunReader
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.schemas import Limit, Moment, Offset

router = APIRouter(prefix="/api/v1", tags=["events"], route_class=ConditionalRoute)


class ResendRequest(BaseModel):
    """The deliveries to resend: of some events, or all of a workflow in a state (by default dead letters)."""

    model_config = ConfigDict(extra="forbid")

    event_ids: list[str] | None = Field(None, min_length=1, max_length=1000)
    workflow: str | None = Field(None, description="Id of a workflow")
    state: DeliveryState = "dead"

    @model_validator(mode="after")
    def _one(self) -> ResendRequest:
        if (self.event_ids is None) == (self.workflow is None):
            raise invalid("must have either event_ids or workflow")
        return self


class ResendAnswer(BaseModel):
    """The number of deliveries queued again."""

    queued: int


class TestRequest(BaseModel):
    """A notification as in a workflow's definition."""

    notification: dict[str, Any]


@router.get("/deliveries")
def get_deliveries(
    readable: ReadableWorkflows,
    _user: RunReader,
    workflow: Annotated[str | None, Query(description="Id of a workflow")] = None,
    run: Annotated[str | None, Query(description="Id of a run")] = None,
    state: DeliveryState | None = None,
    since: Annotated[Moment | None, Query(description="Created at this time or later")] = None,
    until: Annotated[Moment | None, Query(description="Created before this time")] = None,
    answer: Annotated[
        int | None, Query(ge=0, le=599, description="HTTP status of the latest attempt; 0 = none")
    ] = None,
    search: Annotated[str, Query(description="Words of the object key, by their beginnings", max_length=200)] = "",
    offset: Offset = 0,
    limit: Limit = 50,
) -> DeliveryPage:
    """List deliveries of events, newest first."""
    ids = frozenset(readable if workflow is None else readable & {workflow})
    with transaction() as session:
        which = DeliveryFilter(
            workflow_ids=ids, run_id=run, state=state, since=since, until=until, answer=answer, search=search
        )
        return list_deliveries(session, which, offset, limit)


@router.get("/events/{event_id}")
def get_event(event_id: str, readable: ReadableWorkflows, _user: RunReader) -> EventHistory:
    """One event with its body, deliveries and attempts."""
    history = service.event_history(event_id)
    if history.event.workflow_id not in readable:
        raise NotFoundError("there is no event '{event_id}'", event_id=event_id)
    return history


@router.post("/deliveries/resend")
def resend(request: ResendRequest, editable: EditableWorkflows, _user: RunEditor) -> ResendAnswer:
    """Send ended deliveries again, under their event ids, to the current targets."""
    ids = frozenset(editable if request.workflow is None else editable & {request.workflow})
    asked = frozenset(request.event_ids) if request.event_ids else None
    state = None if asked else request.state
    return ResendAnswer(queued=service.resend(DeliveryFilter(workflow_ids=ids, event_ids=asked, state=state)))


@router.post("/notification/test")
def try_notification(request: TestRequest, _user: Creator) -> Attempt:
    """Send a test event to a target, stored or not, and show the receiver's answer."""
    return service.try_target(parse_notification(request.notification))

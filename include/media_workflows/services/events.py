"""Operations on events: history, resending, test events, the function callback."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Literal

from sqlalchemy.orm import Session

from media_workflows.airflow_adapter.connections import airflow_clients, receiver_credentials
from media_workflows.domain.base import Model
from media_workflows.domain.notification import AnyTarget, EventShape, HttpFunctionTarget, LambdaTarget, WorkflowTarget
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.notifications.sample_event import make_sample_event, send_sample_event
from media_workflows.notifications.targets import all_targets, function_callback
from media_workflows.settings import get_settings
from media_workflows.store import delivery_log
from media_workflows.store import function_callback as store
from media_workflows.store.deliveries import Attempt
from media_workflows.store.delivery_log import Delivery, DeliveryFilter
from media_workflows.store.engine import transaction
from media_workflows.store.events import Role, StoredEvent, get_event
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import get_workflow


class FunctionCallbackStatus(Model):
    """The function callback in effect, and where it is set: in the `store`, in the `settings`, or nowhere.

    `version` is another one after each change of the stored one; "" = none is stored.
    """

    target: LambdaTarget | HttpFunctionTarget | None
    source: Literal["store", "settings", "none"]
    author: str = ""
    version: str = ""


class EventHistory(Model):
    """An event, its deliveries, and every attempt by delivery id."""

    event: StoredEvent
    deliveries: list[Delivery]
    attempts: dict[int, list[Attempt]]


def event_history(event_id: str) -> EventHistory:
    """The event with its deliveries and attempts. Raises NotFoundError."""
    with transaction() as session:
        event = get_event(session, event_id)
        page = delivery_log.list_deliveries(session, DeliveryFilter(event_ids=frozenset({event_id})))
        return EventHistory(event=event, deliveries=page.items, attempts=delivery_log.attempts_of(session, event_id))


def resend(which: DeliveryFilter) -> int:
    """Queue ended deliveries again, to the current targets; returns how many. Raises NotFoundError.

    A delivery whose target was removed since goes to its former target.
    """
    with transaction() as session:
        targets = lru_cache(maxsize=None)(lambda workflow_id: _targets_now(session, workflow_id))
        give_up_after = timedelta(seconds=get_settings().notify_give_up_after_s)
        chosen = delivery_log.deliveries_to_resend(session, which)
        for delivery_id, workflow_id, role in chosen:
            delivery_log.resend(session, delivery_id, targets(workflow_id).get(role), give_up_after)
    return len(chosen)


def _targets_now(session: Session, workflow_id: str) -> dict[Role, AnyTarget]:
    """The current targets of a workflow by role; {} for a deleted workflow."""
    try:
        definition = get_workflow(session, workflow_id).definition
    except NotFoundError:
        return {}
    return all_targets(session, definition.notification, get_settings())


def try_target(
    target: AnyTarget, workflow_id: str = "", workflow_name: str = "", shape: EventShape | None = None
) -> Attempt:
    """Send a test event now. A failure, also of the target's connection, is in the answer.

    Without `shape` it is the event that the target chooses.
    """
    settings = get_settings()
    chosen = target.event if isinstance(target, WorkflowTarget) else None
    event = make_sample_event(workflow_id, workflow_name, utcnow(), shape or chosen or "workflow_task")
    return send_sample_event(event, target, airflow_clients(settings), receiver_credentials, settings)


def try_workflow(workflow_id: str) -> Attempt:
    """Send a test event to a workflow's notification. Raises NotFoundError; ConflictError if it has none."""
    with transaction() as session:
        workflow = get_workflow(session, workflow_id)
    target = workflow.definition.notification
    if target is None:
        raise ConflictError(
            "workflow '{workflow}' has no notification: add one first", workflow=workflow.definition.name
        )
    return try_target(target, workflow_id, workflow.definition.name, workflow.definition.event)


def try_function_callback() -> Attempt:
    """Send a test event to the function callback. Raises ConflictError when none is set."""
    target = get_function_callback().target
    if target is None:
        raise ConflictError("there is no function callback: set one first")
    return try_target(target)


def get_function_callback() -> FunctionCallbackStatus:
    """The function callback in effect. Raises DefinitionError when that of the settings is invalid."""
    with transaction() as session:
        stored = store.stored_function_callback(session)
        target = function_callback(session, get_settings())
    if stored is not None:
        return FunctionCallbackStatus(target=target, source="store", author=stored.author, version=stored.version)
    return FunctionCallbackStatus(target=target, source="settings" if target else "none")


def set_function_callback(
    target: LambdaTarget | HttpFunctionTarget | None, author: str, base_version: str | None = None
) -> FunctionCallbackStatus:
    """Store the function callback; None disables it, whatever the settings hold.

    Raises ConflictError when `base_version` is not that of the stored one.
    """
    with transaction() as session:
        store.put_function_callback(session, target, author, base_version)
    return get_function_callback()


def forget_function_callback(base_version: str | None = None) -> FunctionCallbackStatus:
    """Remove the stored function callback, so that the settings apply.

    Raises ConflictError when `base_version` is not that of the stored one.
    """
    with transaction() as session:
        store.forget_function_callback(session, base_version)
    return get_function_callback()

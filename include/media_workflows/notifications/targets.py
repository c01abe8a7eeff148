"""The targets of a workflow's events: its own notification, and the function callback of all workflows."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from media_workflows.domain.base import problems_of
from media_workflows.domain.notification import (
    FUNCTION_CALLBACK,
    NOTIFICATION,
    AnyTarget,
    HttpFunctionTarget,
    LambdaTarget,
    OwnTarget,
)
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.errors import DefinitionError
from media_workflows.settings import Settings
from media_workflows.store.events import EventKind, Role
from media_workflows.store.function_callback import stored_function_callback

T = TypeVar("T")


def parse_notification(data: object) -> OwnTarget:
    """Parse a workflow's notification. Raises DefinitionError."""
    return _parse(NOTIFICATION, data)


def parse_function_callback(data: object) -> LambdaTarget | HttpFunctionTarget:
    """Parse a function callback. Raises DefinitionError."""
    return _parse(FUNCTION_CALLBACK, data)


def _parse(target: TypeAdapter[T], data: object) -> T:
    refuse_unusable(data)
    try:
        return target.validate_python(data)
    except ValidationError as error:
        raise DefinitionError(problems_of(error)) from None


def function_callback(session: Session, settings: Settings) -> LambdaTarget | HttpFunctionTarget | None:
    """The function callback in effect: the stored one, else that of the settings.

    Raises DefinitionError when that of the settings is invalid.
    """
    stored = stored_function_callback(session)
    if stored is not None:
        return stored.target
    return parse_function_callback(settings.function_callback) if settings.function_callback else None


def all_targets(session: Session, notification: OwnTarget | None, settings: Settings) -> dict[Role, AnyTarget]:
    """All targets of a workflow by role, whatever their mode."""
    roles: dict[Role, AnyTarget | None] = {
        "workflow": notification,
        "function": function_callback(session, settings),
    }
    return {role: target for role, target in roles.items() if target is not None}


def targets_for(kind: EventKind, targets: dict[Role, AnyTarget]) -> dict[Role, AnyTarget]:
    """The targets that subscribe to this kind of event."""
    return {role: target for role, target in targets.items() if kind != "change" or target.mode == "change"}

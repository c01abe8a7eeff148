"""The function callback in the store: one for all workflows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.notification import FUNCTION_CALLBACK, HttpFunctionTarget, LambdaTarget
from media_workflows.store.tables import FunctionCallbackRow, utcnow

_ONLY = 1


class StoredFunctionCallback(Model):
    """The stored function callback. `target` None = disabled, whatever the settings hold."""

    target: LambdaTarget | HttpFunctionTarget | None
    author: str
    updated_at: datetime


def put_function_callback(session: Session, target: LambdaTarget | HttpFunctionTarget | None, author: str) -> None:
    """Store the function callback; None disables it."""
    data = target.model_dump(mode="json") if target else None
    values = {"target": data, "author": author, "updated_at": utcnow()}
    row = insert(FunctionCallbackRow).values(id=_ONLY, **values)
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))


def forget_function_callback(session: Session) -> None:
    """Delete the stored function callback, so that the settings apply."""
    session.execute(delete(FunctionCallbackRow))


def stored_function_callback(session: Session) -> StoredFunctionCallback | None:
    """The stored function callback; None = none is stored, so the settings apply."""
    row = session.get(FunctionCallbackRow, _ONLY)
    if row is None:
        return None
    target = FUNCTION_CALLBACK.validate_python(row.target) if row.target else None
    return StoredFunctionCallback(target=target, author=row.author, updated_at=row.updated_at)
